/** When a run pauses by itself, for the adapter that writes outcomes and the pause in one transaction. The rule is the runs'. */
export { isBad, slideWindow } from '../../runs/failure-limit.ts';
