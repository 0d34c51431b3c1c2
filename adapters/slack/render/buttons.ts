import type { types } from '@slack/bolt';
import { shortLine } from '../../../src/messages/plain-text.ts';
import type { Action } from '../../../src/messages/view.ts';

/** The limits that concern buttons (docs.slack.dev, button element and confirmation dialog). */
export interface ButtonLimits {
  readonly buttonsPerBlock: number;
  readonly buttonChars: number;
  readonly confirmTitleChars: number;
  readonly confirmTextChars: number;
  readonly confirmButtonChars: number;
  readonly actionIdChars: number;
}

/** Buttons in rows of as many as a block may hold. Throws when an id is too long: cut, it would mean something else. */
export function buttonRows(actions: readonly Action[], limits: ButtonLimits): types.ActionsBlock[] {
  const rows: types.ActionsBlock[] = [];
  for (let at = 0; at < actions.length; at += limits.buttonsPerBlock) {
    const row = actions.slice(at, at + limits.buttonsPerBlock);
    rows.push({ type: 'actions', elements: row.map((action) => button(action, limits)) });
  }
  return rows;
}

function button(action: Action, limits: ButtonLimits): types.Button {
  if (action.id.length > limits.actionIdChars) throw new RangeError('an action id is too long for Slack');
  return {
    type: 'button',
    action_id: action.id,
    text: plainText(action.label, limits.buttonChars),
    ...(action.style === 'default' ? {} : { style: action.style }),
    ...(action.confirm === undefined
      ? {}
      : {
          confirm: {
            title: plainText(action.confirm.title, limits.confirmTitleChars),
            text: plainText(action.confirm.text, limits.confirmTextChars),
            confirm: plainText(action.confirm.yes, limits.confirmButtonChars),
            deny: plainText(action.confirm.no, limits.confirmButtonChars),
            ...(action.style === 'danger' ? { style: 'danger' as const } : {}),
          },
        }),
  };
}

function plainText(text: string, mostChars: number): types.PlainTextElement {
  // Slack refuses an empty label; a label of nothing but control characters is one.
  return { type: 'plain_text', text: shortLine(text, mostChars) || '–', emoji: false };
}
