// A round of what the users of npm's redis do: node node_redis_round.js plain|cluster <port> <port> <port>.
'use strict';
const assert = require('node:assert');
const redis = require('redis');

const [mode, ...ports] = process.argv.slice(2);

const connect = async () => {
  const client = mode === 'cluster'
    ? redis.createCluster({ rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })) })
    : redis.createClient({ url: `redis://127.0.0.1:${ports[0]}` });
  client.on('error', (error) => { throw error; });
  return client.connect();
};

const main = async () => {
  const client = await connect();
  assert.equal(await client.set('js:{t}:a', '1', { EX: 100 }), 'OK');
  assert.equal(await client.incrBy('js:{t}:a', 5), 6);
  const left = await client.ttl('js:{t}:a');
  assert.ok(left > 0 && left <= 100);
  assert.equal(await client.mSet([['js:{t}:b', '2'], ['js:{t}:c', '3']]), 'OK');
  assert.deepEqual(await client.mGet(['js:{t}:a', 'js:{t}:b', 'js:{t}:none']), ['6', '2', null]);
  const numbers = Array.from({ length: 500 }, (_, number) => number);

  // Commands of one turn of the event loop go out as one pipeline.
  const set = await Promise.all(numbers.map((number) => client.set(`js:${number}`, `${number}`)));
  assert.ok(set.every((reply) => reply === 'OK'));
  const got = await Promise.all(numbers.map((number) => client.get(`js:${number}`)));
  assert.deepEqual(got, numbers.map((number) => `${number}`));
  assert.equal(await client.set('js:{t}:c', '4', { NX: true }), null);
  assert.equal(await client.set('js:text', 'x'), 'OK');
  await assert.rejects(client.incr('js:text'), /not an integer/);
  assert.equal(await client.del(['js:{t}:a', 'js:{t}:b']), 2);
  if (mode === 'plain') {
    const found = [];
    for await (const keys of client.scanIterator({ MATCH: 'js:*', COUNT: 50 })) {
      found.push(...keys);
    }
    assert.equal(new Set(found).size, 502);
  }

  // A transaction, over several slots where no cluster client splits them.
  const [one, other] = mode === 'cluster' ? ['js:{x}:l', 'js:{x}:r'] : ['js:l', 'js:r'];
  assert.deepEqual(await client.multi().set(one, '1').incr(other).mGet([one, other]).exec(), ['OK', 1, ['1', '1']]);
  assert.equal(await client.del([one, other]), 2);

  // Messages reach subscribers at every node.
  const subscriber = await connect();
  const heard = new Promise((resolve) => {
    subscriber.subscribe('js:news', (message) => resolve(message)).then(() => client.publish('js:news', 'hello'));
  });
  assert.equal(await heard, 'hello');
  await subscriber.close();
  await client.close();
  console.log('done');
};

main();
