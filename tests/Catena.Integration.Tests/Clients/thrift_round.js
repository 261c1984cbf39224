// A round of calls through npm's thrift and the code that Thrift's compiler makes of idl/catena.thrift; prints "done".
// node thrift_round.js <generated code> <port>
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const thrift = require('thrift');

const [generated, port] = process.argv.slice(2);
const Catena = require(path.join(generated, 'Catena.js'));
const types = require(path.join(generated, 'catena_types.js'));

const bytes = text => Buffer.from(text, 'utf8');

async function keys(client) {
  await client.put('js-plain', 'value');
  assert.strictEqual(String(await client.get('js-plain')), 'value');
  assert.strictEqual(String(await client.get('js-nothing')), '');
  assert.strictEqual((await client.tableGet('', bytes('js-a'))).found, false);
  assert((await client.tablePut('', bytes('js-a'), bytes('1'), new types.WriteOptions({ ifAbsent: true }))).applied);
  const found = await client.tableGet('', bytes('js-a'));
  assert.strictEqual(String(found.value), '1');
  assert.strictEqual(found.version.length, 16);
  const result = await client.tablePut('', bytes('js-a'), bytes('2'), new types.WriteOptions({ ifVersion: found.version, returnPrevious: true }));
  assert(result.applied && String(result.previous.value) === '1');
  assert(!(await client.tableDelete('', bytes('js-a'), new types.WriteOptions({ ifVersion: found.version }))).applied);
  assert.strictEqual(Number(await client.tableIncrement('', bytes('js-n'), 5)), 5);
  assert(await client.tableApply([
    new types.Change({ key: bytes('{js}b'), value: bytes('b') }), new types.Change({ key: bytes('{js}c'), value: bytes('c') }), new types.Change({ key: bytes('js-a') })]));
  const page = await client.tableScanRange('', new types.ScanRequest({ startKey: bytes('{js}') }));
  assert.deepStrictEqual(page.entries.map(entry => String(entry.value)), ['b', 'c']);
  await assert.rejects(client.tableGet('other', bytes('js-a')), types.NoSuchTable);
}

async function transactions(client) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const transaction = await client.transactionBegin(new types.BeginOptions());
    try {
      await client.transactionPut(transaction, bytes('js-x'), bytes('x'), '');
      await client.transactionPut(transaction, bytes('js-y'), bytes('y'), '');
      assert.strictEqual(String((await client.transactionGet(transaction, bytes('js-x'), '')).value), 'x');
      const prepared = await client.transactionPrepare(transaction);
      await client.transactionCommit(prepared);
      await client.transactionCommit(prepared);
      assert.strictEqual(String(await client.get('js-y')), 'y');
      return;
    } catch (refusal) {
      if (!(refusal instanceof types.TransactionAborted || refusal instanceof types.Unavailable)) {
        throw refusal;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
  throw new Error('no transaction was carried out');
}

async function tables(client) {
  await client.tableCreate('js-table');
  await assert.rejects(client.tableCreate('js-table'), types.TableExists);
  assert((await client.tablePut('js-table', bytes('js-a'), bytes('mine'), new types.WriteOptions({}))).applied);
  assert.strictEqual(String((await client.tableGet('js-table', bytes('js-a'))).value), 'mine');
  assert.strictEqual(Number(await client.tableSize('js-table')), 1);
  assert((await client.tableNames()).includes('js-table'));
  await client.tableDrop('js-table');
  await assert.rejects(client.tableGet('js-table', bytes('js-a')), types.NoSuchTable);
}

async function main() {
  const connection = thrift.createConnection('127.0.0.1', Number(port), { transport: thrift.TFramedTransport, protocol: thrift.TBinaryProtocol });
  const failed = new Promise((_, reject) => connection.on('error', reject));
  const client = thrift.createClient(Catena, connection);
  await Promise.race([failed, (async () => {
    await keys(client);
    await transactions(client);
    await tables(client);
    const cluster = await client.clusterMap();
    assert.strictEqual(cluster.partitions.length, 8);
    assert(String(await client.nodeStatus()).startsWith('{'));
  })()]);
  connection.end();
  console.log('done');
}

main().catch(failure => {
  console.error(failure);
  process.exit(1);
});
