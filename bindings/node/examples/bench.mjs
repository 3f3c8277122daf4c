// How long a registration takes: by this package, amazon-cognito-identity-js, Amplify, and BigInt alone. CPU time, the
// median of rounds in which each has its turn. In a checkout, once test.sh has run:
//
//   (cd target/node/project && node bench.mjs)

import { webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Registration, derive } from 'cognito-device-srp';

globalThis.navigator ??= { userAgent: 'Node.js' };
const require = createRequire(import.meta.url);
const Helper = require('amazon-cognito-identity-js/lib/AuthenticationHelper').default;
const amplify = join(dirname(require.resolve('@aws-amplify/auth/package.json')), 'dist/cjs/providers/cognito/utils/srp');
const { getAuthenticationHelper } = require(join(amplify, 'getAuthenticationHelper.js'));

const device = { deviceGroupKey: '-NXiVKS5p', deviceKey: 'us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8' };
const identityJs = new Helper('AbCdEfGhI');
const ofAmplify = await getAuthenticationHelper('AbCdEfGhI');
const N = BigInt(`0x${identityJs.N.toString(16)}`);

/** 2^x mod N by squaring and doubling, with a random x of 256 bits: what a registration has to compute, and no more. */
function withBigInt() {
  const x = Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString('hex');
  let power = 1n;
  for (const bit of BigInt(`0x${x}`).toString(2)) {
    power = (power * power) % N;
    if (bit === '1') power = (power * 2n) % N;
  }
  return power;
}

const peers = {
  'cognito-device-srp, a random secret and its verifier': () =>
    derive({
      ...device,
      deviceSecret: Buffer.from(webcrypto.getRandomValues(new Uint8Array(40))).toString('base64'),
      salt: webcrypto.getRandomValues(new Uint8Array(16)),
    }),
  'cognito-device-srp Registration.generate, which proves it by a sign-in of both sides': () => Registration.generate(device),
  'amazon-cognito-identity-js generateHashDevice': () =>
    new Promise((resolve, reject) => {
      const done = (error) => (error ? reject(error) : resolve());
      identityJs.generateHashDevice(device.deviceGroupKey, device.deviceKey, done);
    }),
  '@aws-amplify/auth generateHashDevice': () => ofAmplify.generateHashDevice(device.deviceGroupKey, device.deviceKey),
  'BigInt, 2^x alone': withBigInt,
};

const TIMES = { warm: 5, rounds: 40 };
const took = new Map(Object.keys(peers).map((name) => [name, []]));
for (let round = -TIMES.warm; round < TIMES.rounds; round++) {
  for (const [name, register] of Object.entries(peers)) {
    const before = process.cpuUsage();
    await register();
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) took.get(name).push((user + system) / 1000);
  }
}
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const [ours, ...theirs] = [...took].map(([name, times]) => [name, median(times)]);
console.log(`Node ${process.version}, ${TIMES.rounds} rounds`);
console.log(`${ours[1].toFixed(2)} ms  ${ours[0]}`);
for (const [name, time] of theirs) console.log(`${time.toFixed(2)} ms  ${name}: ${(time / ours[1]).toFixed(1)} times as long`);
