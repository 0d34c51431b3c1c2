/**
 * Condition for a statement whose commit must wait for the disk, also on a server that was told not to; always true. It holds for the
 * transaction, and a statement alone is one: the setting is looked at when it commits.
 */
export const onDisk =
  "(current_setting('synchronous_commit') <> 'off' or set_config('synchronous_commit', 'on', true) = 'on')";
