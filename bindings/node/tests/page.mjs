// In the page: the life of a device, then the same in a worker. What came of both is posted back.

import { init, Registration } from 'cognito-device-srp';
import { call } from './call.mjs';
import { deviceLife } from './device_life.mjs';

const send = (name, parameters) => call('/', name, parameters);
const pool = await (await fetch('/pool.json')).json();
await init();
const page = await deviceLife(send, pool).catch(String);
const worker = await new Promise((resolve) => {
  const other = new Worker('/worker.mjs', { type: 'module' });
  other.onmessage = ({ data }) => resolve(data);
  other.onerror = ({ message }) => resolve(`the worker: ${message}`);
  other.postMessage(pool);
});
const begin = performance.now();
Registration.generate('-NXiVKS5p', 'us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8');
const milliseconds = performance.now() - begin;
await fetch('/report', { method: 'POST', body: JSON.stringify({ page, worker, milliseconds }) });
