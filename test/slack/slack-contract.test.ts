import { describeChatAdapter } from '../contract/chat-contract.ts';
import { createSlackHarness } from './slack-harness.ts';

describeChatAdapter('Slack over signed HTTP', () => createSlackHarness('http'));
describeChatAdapter('Slack over Socket Mode', () => createSlackHarness('socket'));
