// A round of what ioredis' users do: node ioredis_round.js plain|cluster <port> <port> <port>.
'use strict';
const assert = require('node:assert');
const { Redis, Cluster } = require('ioredis');

const [mode, ...ports] = process.argv.slice(2);

const connect = () => (mode === 'cluster'
  ? new Cluster(ports.map((port) => ({ host: '127.0.0.1', port: Number(port) })))
  : new Redis({ host: '127.0.0.1', port: Number(ports[0]) }));

const main = async () => {
  const client = connect();
  assert.equal(await client.set('io:{t}:a', '1', 'EX', 100), 'OK');
  assert.equal(await client.incrby('io:{t}:a', 5), 6);
  assert.equal(await client.mset('io:{t}:b', '2', 'io:{t}:c', '3'), 'OK');
  assert.deepEqual(await client.mget('io:{t}:a', 'io:{t}:b', 'io:{t}:none'), ['6', '2', null]);
  const numbers = Array.from({ length: 500 }, (_, number) => number);
  const set = await Promise.all(numbers.map((number) => client.set(`io:${number}`, `${number}`)));
  assert.ok(set.every((reply) => reply === 'OK'));
  const got = await Promise.all(numbers.map((number) => client.get(`io:${number}`)));
  assert.deepEqual(got, numbers.map((number) => `${number}`));
  const pipeline = client.pipeline();
  for (const number of numbers) {
    pipeline.append(`io:{p}:${number % 10}`, 'x');
  }
  const appended = await pipeline.exec();
  assert.ok(appended.every(([error, length]) => error === null && length > 0));
  assert.equal(await client.strlen('io:{p}:0'), 50);
  assert.equal(await client.set('io:{t}:c', '4', 'NX'), null);
  assert.equal(await client.set('io:text', 'x'), 'OK');
  await assert.rejects(client.incr('io:text'), /not an integer/);
  assert.equal(await client.del('io:{t}:a', 'io:{t}:b'), 2);
  const nodes = mode === 'cluster' ? client.nodes('master') : [client];
  const found = new Set();
  for (const node of nodes) {
    for await (const keys of node.scanStream({ match: 'io:*', count: 50 })) {
      keys.forEach((key) => found.add(key));
    }
  }
  assert.equal(found.size, 512);

  // A transaction, over several slots where no cluster client splits them.
  const [one, other] = mode === 'cluster' ? ['io:{x}:l', 'io:{x}:r'] : ['io:l', 'io:r'];
  const replies = await client.multi().set(one, '1').incr(other).mget(one, other).exec();
  assert.deepEqual(replies, [[null, 'OK'], [null, 1], [null, ['1', '1']]]);
  assert.equal(await client.del(one, other), 2);

  // Messages reach subscribers at every node.
  const subscriber = connect();
  const heard = new Promise((resolve) => { subscriber.on('message', (channel, message) => resolve(message)); });
  await subscriber.subscribe('io:news');
  await client.publish('io:news', 'hello');
  assert.equal(await heard, 'hello');
  subscriber.disconnect();
  client.disconnect();
  console.log('done');
};

main();
