/** A call of the service's API, in Node or in a page. */
export async function call(endpoint, name, parameters) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${name}`,
    },
    body: JSON.stringify(parameters),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`${name}: ${body}`);
  return body && JSON.parse(body);
}
