import { expect, test } from '@jest/globals';
import { z } from 'zod';
test('x', () => { const a: number = z.number().parse(1); expect(a).toBe(1); });
