// A pool of examples/user_pool with one user, set up by the API's own calls. Used by the tests and the examples.

import { call } from './call.mjs';

export const PASSWORD = 'Correct-horse-battery-1';

export async function makePool(endpoint) {
  const { UserPool } = await call(endpoint, 'CreateUserPool', {
    PoolName: 'node',
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
  });
  const { Id: UserPoolId } = UserPool;
  const { UserPoolClient } = await call(endpoint, 'CreateUserPoolClient', { UserPoolId, ClientName: 'app' });
  const Username = 'alice';
  await call(endpoint, 'AdminCreateUser', { UserPoolId, Username, TemporaryPassword: 'Temporary-1' });
  await call(endpoint, 'AdminSetUserPassword', { UserPoolId, Username, Password: PASSWORD, Permanent: true });
  return { endpoint, userPoolId: UserPoolId, clientId: UserPoolClient.ClientId, username: Username, password: PASSWORD };
}
