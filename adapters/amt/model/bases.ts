/** Properties of CIM_Service and what it extends, as far as AMT sends them. */
export const serviceFields = {
  CreationClassName: 'text',
  ElementName: 'text',
  EnabledDefault: 'number',
  EnabledState: 'number',
  HealthState: 'number',
  Name: 'text',
  OperationalStatus: 'number[]',
  RequestedState: 'number',
  SystemCreationClassName: 'text',
  SystemName: 'text',
} as const;

/** Properties of CIM_SettingData that AMT sends. */
export const settingFields = { ElementName: 'text', InstanceID: 'text' } as const;

/** Properties of CIM_PhysicalElement that AMT sends. */
export const physicalFields = {
  CanBeFRUed: 'flag',
  CreationClassName: 'text',
  ElementName: 'text',
  Manufacturer: 'text',
  Model: 'text',
  OperationalStatus: 'number[]',
  PackageType: 'number',
  PartNumber: 'text',
  SerialNumber: 'text',
  Tag: 'text',
  Version: 'text',
} as const;

/** Arguments of RequestStateChange (DMTF CIM_EnabledLogicalElement). */
export const stateChangeArguments = { RequestedState: 'number', TimeoutPeriod: 'time' } as const;
