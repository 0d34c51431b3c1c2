/** Loaded before the service (`node --import`): its clock is ahead by OOB_E2E_AHEAD_MS, as if somebody had moved the machine's. */
const aheadMs = Number(process.env.OOB_E2E_AHEAD_MS ?? 0);
const RealDate = globalThis.Date;
const now = () => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
