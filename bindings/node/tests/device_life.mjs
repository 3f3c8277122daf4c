// The life of a device against a pool: sign-in, confirmation, sign-in with the device. For Node, a page and a worker.

import { AuthContext, Registration, RememberedDevice, SignIn } from 'cognito-device-srp';

/** Signs in, with the device if there is one, and returns the AuthenticationResult. `call(name, parameters)` sends. */
async function signIn(call, { clientId, userPoolId, username, password }, device) {
  let begun = new SignIn();
  let context = new AuthContext({ clientId, username, device });
  let answer = await call('InitiateAuth', {
    AuthFlow: 'USER_SRP_AUTH',
    ClientId: clientId,
    AuthParameters: context.userSrpAuth(begun),
  });
  while (!answer.AuthenticationResult) {
    const { ChallengeName, ChallengeParameters, Session } = answer;
    const { SRP_B: srpB, SALT: salt, SECRET_BLOCK: secretBlock, USER_ID_FOR_SRP: userIdForSrp, USERNAME } = ChallengeParameters;
    const challenge = { srpB, salt, secretBlock };
    context = USERNAME === undefined ? context : context.withUsername(USERNAME);
    const answers = {
      PASSWORD_VERIFIER: () =>
        context.passwordVerifier(secretBlock, begun.answerUser({ userPoolId, userIdForSrp, password, ...challenge })),
      DEVICE_SRP_AUTH: () => context.deviceSrpAuth((begun = new SignIn())),
      DEVICE_PASSWORD_VERIFIER: () => context.devicePasswordVerifier(secretBlock, device.answer(begun, challenge)),
    };
    const ChallengeResponses = answers[ChallengeName]();
    answer = await call('RespondToAuthChallenge', { ClientId: clientId, ChallengeName, ChallengeResponses, Session });
  }
  return answer.AuthenticationResult;
}

const deviceOf = ({ AccessToken }) =>
  JSON.parse(atob(AccessToken.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).device_key;

/** Throws unless all of it works. Returns the device's key. */
export async function deviceLife(call, pool) {
  const { AccessToken, NewDeviceMetadata } = await signIn(call, pool);
  const { DeviceGroupKey: deviceGroupKey, DeviceKey } = NewDeviceMetadata;
  const registration = Registration.generate({ deviceGroupKey, deviceKey: DeviceKey });
  const { deviceSecretVerifierConfig: DeviceSecretVerifierConfig } = registration;
  await call('ConfirmDevice', { AccessToken, DeviceKey, DeviceName: 'test', DeviceSecretVerifierConfig });
  const device = RememberedDevice.fromJson(registration.remember().exposeJson());
  const again = await signIn(call, pool, device);
  if (deviceOf(again) !== DeviceKey) throw new Error('not signed in with the device');
  const wrong = new RememberedDevice({ deviceGroupKey, deviceKey: DeviceKey, deviceSecret: 'wrong' });
  const refusal = await signIn(call, pool, wrong).then(
    () => 'none',
    ({ message }) => message,
  );
  if (!refusal.includes('Incorrect username or password.')) throw new Error(`a wrong secret: ${refusal}`);
  return DeviceKey;
}
