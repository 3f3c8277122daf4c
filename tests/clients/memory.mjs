// What both JavaScript clients need: a storage in memory, a clock that can be wrong, and refusals.

import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

/** The pool that pool.py has made. */
export const pool = JSON.parse(readFileSync(process.argv[2], 'utf8'));

export class Memory extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => void this.set(key, value);
  removeItem = (key) => void this.delete(key);
}

/** The code that the pool printed last, which must be of this challenge. */
export function code(challenge) {
  const printed = readFileSync(pool.log, 'utf8').split('\n').filter((line) => line.includes(': the code of '));
  const [, asked, sent] = printed.at(-1).match(/: the code of (\S+) for .* is (\S+)$/);
  assert.equal(asked, challenge);
  return sent;
}

const Right = Date;

/** Runs with a clock that is so many minutes ahead. */
export async function withClock(minutes, run) {
  const now = () => Right.now() + minutes * 60_000;
  globalThis.Date = class extends Right {
    constructor(...given) {
      super(...(given.length ? given : [now()]));
    }
    static now() {
      return now();
    }
  };
  try {
    return await run();
  } finally {
    globalThis.Date = Right;
  }
}

export const WRONG = ['NotAuthorizedException', 'Incorrect username or password.'];
export const GONE = ['ResourceNotFoundException', 'Device does not exist.'];

export const refused = ([name, message], run) => assert.rejects(run, { name, message });

/** The payload of a token. */
export const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
