// In a worker of the page: the life of a device in the pool that it is told. Here the module is compiled by the first call.

import { call } from './call.mjs';
import { deviceLife } from './device_life.mjs';

onmessage = async ({ data: pool }) => {
  postMessage(await deviceLife((name, parameters) => call('/', name, parameters), pool).catch(String));
};
