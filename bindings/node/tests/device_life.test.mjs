import assert from 'node:assert/strict';
import test from 'node:test';
import { call } from './call.mjs';
import { deviceLife } from './device_life.mjs';
import { makePool } from './pool.mjs';

test('the life of a device in Node', async () => {
  const pool = await makePool(process.env.POOL_ENDPOINT);
  const send = (name, parameters) => call(pool.endpoint, name, parameters);
  assert.ok(await deviceLife(send, pool));
  await assert.rejects(() => deviceLife(send, { ...pool, password: 'wrong' }), /Incorrect username or password/);
});
