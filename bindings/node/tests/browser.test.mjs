// The life of a device in a page and in a worker of headless Chromium. One server has the page, the package as it is
// installed, and the pool, at one origin.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePool } from './pool.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><title>cognito-device-srp</title>
<script type="importmap">{ "imports": { "cognito-device-srp": "/package/index.mjs" } }</script>
<script type="module" src="/page.mjs"></script>`;
const TYPES = { mjs: 'text/javascript', js: 'text/javascript' };

const read = (path) => readFileSync(new URL(path, import.meta.url));
// a worker has no import map
const inWorker = (path) => read(path).toString().replace("'cognito-device-srp'", "'/package/index.mjs'");

/** Ends a process that leads a group, and all that it has started. Waits for them, but not for ever: nobody may reap the children. */
async function end(leader) {
  try {
    process.kill(-leader.pid, 'SIGKILL');
    for (let tries = 0; tries < 100; tries++) {
      await sleep(20);
      process.kill(-leader.pid, 0);
    }
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** What the page reports of a pool. */
async function report(pool) {
  let reported;
  const result = new Promise((resolve) => (reported = resolve));
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body);
    if (request.method === 'POST') {
      const body = await new Response(request).text();
      if (path === '/report') {
        send('text/plain', '');
        return reported(JSON.parse(body));
      }
      const { 'content-type': type, 'x-amz-target': target } = request.headers;
      const answer = await fetch(pool.endpoint, { method: 'POST', headers: { 'content-type': type, 'x-amz-target': target }, body });
      return response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
    }
    const type = TYPES[path.split('.').pop()];
    if (path === '/') return send('text/html', PAGE);
    if (path === '/pool.json') return send('application/json', JSON.stringify(pool));
    if (/^\/package\/\w+\.m?js$/.test(path)) return send(type, readFileSync(join(process.env.PACKAGE, path.slice(9))));
    if (/^\/(page|worker|call)\.mjs$/.test(path)) return send(type, read(`.${path}`));
    if (path === '/device_life.mjs') return send(type, inWorker('./device_life.mjs'));
    response.writeHead(404).end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const address = `http://127.0.0.1:${server.address().port}/`;
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', `--user-data-dir=${profile}`];
  const browser = spawn('chromium', [...flags, address], { stdio: 'ignore', detached: true });
  const late = new Promise((_, reject) => setTimeout(reject, 120_000, new Error('no report from the page')).unref());
  try {
    return await Promise.race([result, late]);
  } finally {
    // its children write to the profile until they are gone
    await end(browser);
    server.close();
    server.closeAllConnections();
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

test('the life of a device in a browser, in a page and in a worker', async () => {
  const said = await new Promise((resolve, reject) =>
    execFile('chromium', ['--version', '--no-sandbox'], (error, out) => (error ? reject(error) : resolve(out.trim()))),
  );
  const pool = await makePool(process.env.POOL_ENDPOINT);
  const { page, worker, milliseconds } = await report(pool);
  assert.match(page, /^us-east-1_[0-9a-f-]+$/);
  assert.match(worker, /^us-east-1_[0-9a-f-]+$/);
  assert.notEqual(page, worker);
  console.log(`${said}: registration ${milliseconds.toFixed(1)} ms`);
});

test('a page whose user has another password reports the refusal', async () => {
  const pool = await makePool(process.env.POOL_ENDPOINT);
  const { page, worker } = await report({ ...pool, password: 'wrong' });
  assert.match(page, /Incorrect username or password/);
  assert.match(worker, /Incorrect username or password/);
});
