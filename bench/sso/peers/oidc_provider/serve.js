// One worker: node serve.js SETTINGS PORT

import { createServer } from 'node:http';

import { provide } from './provider.js';

const { provider } = await provide(JSON.parse(process.argv[2]));
createServer(provider.callback()).listen(Number(process.argv[3]), '127.0.0.1');
