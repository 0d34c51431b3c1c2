/**
 * What the AMT stack of MeshCentral 1.1.55 (Apache-2.0) does with a device of the lab, operations by class, as the lab counted it in
 * test/real/meshcentral-device.test.ts, which compares. A Pull counts as its Enumerate.
 */
export const meshCentralOperations: Readonly<Record<string, string>> = {
  AMT_AlarmClockService: 'AddAlarm',
  AMT_AuditLog: 'ClearLog Get ReadRecords SetAuditLock',
  AMT_AuditPolicyRule: 'SetAuditPolicy',
  AMT_AuthorizationService: 'AddUserAclEntryEx EnumerateUserAclEntries GetUserAclEntryEx RemoveUserAclEntry',
  AMT_BootSettingData: 'Get Put',
  AMT_GeneralSettings: 'Get Put',
  AMT_MessageLog: 'ClearLog GetRecords PositionToFirstRecord',
  AMT_RedirectionService: 'Get RequestStateChange',
  AMT_SystemPowerScheme: 'SetPowerScheme',
  AMT_TimeSynchronizationService: 'GetLowAccuracyTimeSynch SetHighAccuracyTimeSynch',
  AMT_WiFiPortConfigurationService: 'AddWiFiSettings',
  CIM_AssociatedPowerManagementService: 'Get',
  CIM_BIOSElement: 'Enumerate',
  CIM_BootConfigSetting: 'ChangeBootOrder',
  CIM_BootService: 'SetBootConfigRole',
  CIM_Card: 'Enumerate',
  CIM_Chassis: 'Enumerate',
  CIM_MediaAccessDevice: 'Enumerate',
  CIM_PhysicalMemory: 'Enumerate',
  CIM_PowerManagementService: 'RequestPowerStateChange',
  CIM_Processor: 'Enumerate',
  CIM_SoftwareIdentity: 'Enumerate',
  CIM_WiFiEndpointSettings: 'Enumerate',
  IPS_AlarmClockOccurrence: 'Enumerate',
  IPS_OptInService: 'Get',
};
