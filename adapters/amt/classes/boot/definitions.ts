import { serviceFields, settingFields, stateChangeArguments } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { stateChangeReturns } from '../../model/return-values.ts';

/** How the next boot goes. */
export const bootSettingClass = defineClass('AMT_BootSettingData', {
  fields: {
    ...settingFields,
    BIOSLastStatus: 'number[]',
    BIOSPause: 'flag',
    BIOSSetup: 'flag',
    BootMediaIndex: 'number',
    BootguardStatus: 'number',
    ConfigurationDataReset: 'flag',
    EnforceSecureBoot: 'flag',
    FirmwareVerbosity: 'number',
    ForcedProgressEvents: 'flag',
    IDERBootDevice: 'number',
    LockKeyboard: 'flag',
    LockPowerButton: 'flag',
    LockResetButton: 'flag',
    LockSleepButton: 'flag',
    OptionsCleared: 'flag',
    OwningEntity: 'text',
    PlatformErase: 'flag',
    RPEEnabled: 'flag',
    RSEPassword: 'text',
    ReflashBIOS: 'flag',
    SecureBootControlEnabled: 'flag',
    SecureErase: 'flag',
    UEFIHTTPSBootEnabled: 'flag',
    UEFILocalPBABootEnabled: 'flag',
    UefiBootNumberOfParams: 'number',
    UefiBootParametersArray: 'bytes',
    UseIDER: 'flag',
    UseSOL: 'flag',
    UseSafeMode: 'flag',
    UserPasswordBypass: 'flag',
    WinREBootEnabled: 'flag',
  },
  readOnly: [
    'BIOSLastStatus',
    'BootguardStatus',
    'OptionsCleared',
    'RPEEnabled',
    'RSEPassword',
    'SecureBootControlEnabled',
    'UEFIHTTPSBootEnabled',
    'UEFILocalPBABootEnabled',
    'UefiBootParametersArray',
    'WinREBootEnabled',
  ],
});

/** What the PC lets AMT choose for a boot. */
export const bootCapabilitiesClass = defineClass('AMT_BootCapabilities', {
  fields: {
    AMTSecureBootControl: 'flag',
    BIOSPause: 'flag',
    BIOSReflash: 'flag',
    BIOSSecureBoot: 'flag',
    BIOSSetup: 'flag',
    ConfigurationDataReset: 'flag',
    ElementName: 'text',
    ForceCDorDVDBoot: 'flag',
    ForceDiagnosticBoot: 'flag',
    ForceHardDriveBoot: 'flag',
    ForceHardDriveSafeModeBoot: 'flag',
    ForcePXEBoot: 'flag',
    ForceUEFIHTTPSBoot: 'flag',
    ForceUEFIPBABoot: 'flag',
    ForceWinREBoot: 'flag',
    ForcedProgressEvents: 'flag',
    IDER: 'flag',
    InstanceID: 'text',
    KeyboardLock: 'flag',
    PlatformErase: 'number',
    PowerButtonLock: 'flag',
    ResetButtonLock: 'flag',
    SOL: 'flag',
    SecureErase: 'flag',
    SleepButtonLock: 'flag',
    UEFIWiFiCoExistenceAndProfileShare: 'flag',
    UserPasswordBypass: 'flag',
    VerbosityQuiet: 'flag',
    VerbosityScreenBlank: 'flag',
    VerbosityVerbose: 'flag',
  },
});

/** The boot order. */
export const bootConfigClass = defineClass('CIM_BootConfigSetting', {
  fields: settingFields,
  methods: {
    ChangeBootOrder: method({ in: { Source: 'reference[]' }, optional: ['Source'], returns: stateChangeReturns }),
  },
});

/** Which boot order is used, and for how many boots. */
export const bootServiceClass = defineClass('CIM_BootService', {
  fields: serviceFields,
  methods: {
    SetBootConfigRole: method({ in: { BootConfigSetting: 'reference', Role: 'number' }, returns: stateChangeReturns }),
    RequestStateChange: method({ in: stateChangeArguments, optional: ['TimeoutPeriod'], returns: stateChangeReturns }),
  },
});
