// The whole API of @supabase/postgrest-js, unchanged, against the gateway at GATEWAY with the schema of ShopSchema.java.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PostgrestClient } from '@supabase/postgrest-js';

const client = new PostgrestClient(process.env.GATEWAY + '/rest/v1');
const rows = async query => {
  const { data, error, status } = await query;
  assert.equal(error, null, JSON.stringify(error));
  assert.ok(status < 300, 'status ' + status);
  return data;
};
const ids = async query => (await rows(query)).map(row => row.id);
const orders = () => client.from('orders').select('id').order('id');
const items = () => client.from('items').select('id').order('id');

test('selects, embeds, renames, aggregates', async () => {
  assert.deepEqual(await rows(client.from('orders').select('id,who:customers(name)').eq('id', 1)), [{ id: 1, who: { name: 'Ada' } }]);
  assert.deepEqual(await rows(client.from('customers').select('name,orders!inner(id)').eq('orders.id', 3)), [{ name: 'Bob', orders: [{ id: 3 }] }]);
  assert.deepEqual(await rows(client.from('orders').select('n:data->k->>n').not('data->k->>n', 'is', null)), [{ n: '1' }]);
  assert.deepEqual(await rows(client.from('orders').select('id.count()')), [{ count: 4 }]);
  assert.deepEqual(await rows(client.from('customers').select('name,orders(id)').eq('id', 1).order('id', { referencedTable: 'orders', ascending: false }).limit(1, { referencedTable: 'orders' })),
    [{ name: 'Ada', orders: [{ id: 2 }] }]);
});

test('compares', async () => {
  assert.deepEqual(await ids(orders().eq('id', 1)), [1]);
  assert.deepEqual(await ids(orders().neq('id', 1)), [2, 3, 4]);
  assert.deepEqual(await ids(orders().gt('id', 3)), [4]);
  assert.deepEqual(await ids(orders().gte('id', 3)), [3, 4]);
  assert.deepEqual(await ids(orders().lt('id', 2)), [1]);
  assert.deepEqual(await ids(orders().lte('id', 2)), [1, 2]);
  assert.deepEqual(await ids(orders().is('customer_id', null)), [4]);
  assert.deepEqual(await ids(orders().in('id', [2, 4])), [2, 4]);
  assert.deepEqual(await ids(orders().match({ id: 1, customer_id: 1 })), [1]);
  assert.deepEqual(await ids(orders().not('id', 'in', '(1,2)')), [3, 4]);
  assert.deepEqual(await ids(orders().or('id.eq.1,and(id.gt.2,id.lt.4)')), [1, 3]);
  assert.deepEqual(await ids(orders().filter('id', 'eq', 2)), [2]);
});

test('compares text, arrays, ranges and documents', async () => {
  assert.deepEqual(await ids(items().like('name', 'n%')), [1]);
  assert.deepEqual(await ids(items().ilike('name', 'N%')), [1]);
  assert.deepEqual(await ids(items().likeAllOf('name', ['n%', '%t'])), [1]);
  assert.deepEqual(await ids(items().likeAnyOf('name', ['n%', 'b%'])), [1, 2]);
  assert.deepEqual(await ids(items().ilikeAllOf('name', ['N%', '%T'])), [1]);
  assert.deepEqual(await ids(items().ilikeAnyOf('name', ['N%', 'B%'])), [1, 2]);
  assert.deepEqual(await ids(items().textSearch('search', 'nut')), [1]);
  assert.deepEqual(await ids(items().textSearch('search', 'nut', { type: 'websearch', config: 'simple' })), [1]);
  assert.deepEqual(await ids(orders().contains('tags', ['a'])), [1]);
  assert.deepEqual(await ids(orders().containedBy('tags', ['a', 'b', 'c'])), [1, 3]);
  assert.deepEqual(await ids(orders().overlaps('tags', ['b', 'z'])), [1]);
  assert.deepEqual(await ids(orders().contains('data', { k: 'v' })), [4]);
  assert.deepEqual(await ids(items().rangeGt('during', '[0,2)')), [2]);
  assert.deepEqual(await ids(items().rangeGte('during', '[4,5)')), [2]);
  assert.deepEqual(await ids(items().rangeLt('during', '[6,7)')), [1]);
  assert.deepEqual(await ids(items().rangeLte('during', '[1,5)')), [1]);
  assert.deepEqual(await ids(items().rangeAdjacent('during', '[5,6)')), [1]);
});

test('orders, pages and counts', async () => {
  assert.deepEqual(await ids(client.from('orders').select('id').order('customer_id', { ascending: false, nullsFirst: true }).order('id')), [4, 3, 1, 2]);
  assert.deepEqual(await ids(orders().range(1, 2)), [2, 3]);
  const { data, count, status } = await client.from('orders').select('id', { count: 'exact' }).order('id').limit(1);
  assert.deepEqual([data, count, status], [[{ id: 1 }], 4, 206]);
  const head = await client.from('orders').select('*', { count: 'exact', head: true });
  assert.deepEqual([head.data, head.count], [null, 4]);
  assert.equal((await client.from('orders').select('id', { count: 'planned' })).error, null);
  assert.equal((await client.from('orders').select('id', { count: 'estimated' })).count, 4);
});

test('one row, CSV, plan', async () => {
  assert.deepEqual(await rows(client.from('orders').select('id').eq('id', 1).single()), { id: 1 });
  assert.equal(await rows(client.from('orders').select('id').eq('id', 99).maybeSingle()), null);
  const many = await client.from('orders').select('id').single();
  assert.deepEqual([many.status, many.error.code], [406, 'PGRST116']);
  assert.equal(await rows(orders().limit(2).csv()), 'id\n1\n2');
  assert.match(await rows(orders().explain()), /cost=/);
  assert.ok((await rows(orders().explain({ format: 'json', analyze: true, buffers: true })))[0].Plan['Actual Rows'] >= 1);
});

test('inserts, updates, upserts, deletes', async () => {
  assert.deepEqual(await rows(client.from('items').insert({ id: 50, name: 'cog' }).select('id,name')), [{ id: 50, name: 'cog' }]);
  assert.equal((await client.from('items').insert([{ id: 51, name: 'pin' }, { id: 52 }], { defaultToNull: false })).status, 201);
  assert.equal((await client.from('items').insert({ id: 50 })).status, 409);
  assert.deepEqual(await rows(client.from('items').upsert({ id: 50, name: 'cam' }).select().single()), { id: 50, name: 'cam', search: null, during: null });
  assert.deepEqual(await rows(client.from('items').upsert({ id: 50, name: 'no' }, { onConflict: 'id', ignoreDuplicates: true }).select()), []);
  assert.deepEqual(await rows(client.from('items').update({ name: 'rod' }).gte('id', 51).select('name')), [{ name: 'rod' }, { name: 'rod' }]);
  assert.deepEqual(await rows(client.from('items').update({ name: 'lost' }).eq('id', 50).rollback().select('name')), [{ name: 'lost' }]);
  assert.deepEqual(await rows(client.from('items').select('name').eq('id', 50)), [{ name: 'cam' }]);
  const tooMany = await client.from('items').delete().gte('id', 50).maxAffected(1);
  assert.deepEqual([tooMany.status, tooMany.error.code], [400, 'PGRST124']);
  const gone = await client.from('items').delete({ count: 'exact' }).gte('id', 50);
  assert.deepEqual([gone.status, gone.count], [204, 3]);
});

test('calls functions', async () => {
  assert.equal(await rows(client.rpc('add', { a: 2, b: 3 })), 5);
  assert.equal(await rows(client.rpc('add', { a: 2 }, { get: true })), 3);
  assert.deepEqual(await rows(client.rpc('orders_of', { who: 1 }).select('id').order('id', { ascending: false })), [{ id: 2 }, { id: 1 }]);
  assert.equal((await client.rpc('orders_of', { who: 1 }, { head: true, count: 'exact' })).count, 2);
  assert.equal((await client.rpc('touch')).status, 204);
});

test('errors, schemas, cancellation', async () => {
  const unknown = await client.from('order').select();
  assert.deepEqual([unknown.status, unknown.error.code, unknown.error.hint], [404, 'PGRST205', "Perhaps you meant the table 'public.orders'"]);
  await assert.rejects(async () => client.from('orders').select('no_such').throwOnError(), { code: '42703' });
  assert.deepEqual(await ids(client.schema('public').from('orders').select('id').eq('id', 1)), [1]);
  assert.equal((await client.schema('secret').from('orders').select()).error.code, 'PGRST106');
  const leaving = new AbortController();
  const left = client.from('orders').select().abortSignal(leaving.signal);
  leaving.abort();
  assert.match((await left).error.message, /abort/i);
});
