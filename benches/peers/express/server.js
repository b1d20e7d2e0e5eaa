// The usual webhook receiver: verify the signature over the raw body, insert a row, answer 200.
// As good as that gets: one process for each core, a pool of connections, a prepared statement.
import cluster from 'node:cluster';
import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';
import pg from 'pg';

const { APP_SECRET, DATABASE_URL, PORT, WORKERS } = process.env;
const TABLE = `CREATE TABLE IF NOT EXISTS received (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  headers JSONB NOT NULL,
  body BYTEA NOT NULL
)`;
const INSERT = { name: 'insert', text: 'INSERT INTO received (headers, body) VALUES ($1, $2)' };

if (cluster.isPrimary) {
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  await client.query(TABLE);
  await client.end();
  for (let worker = 0; worker < Number(WORKERS); worker += 1) cluster.fork();
} else {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 32 });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/readyz', (request, response) => {
    response.sendStatus(200);
  });
  app.post('/api/instagram/webhook', express.raw({ type: '*/*', limit: '3mb' }), async (request, response) => {
    const expected = createHmac('sha256', APP_SECRET).update(request.body).digest();
    const given = Buffer.from((request.get('x-hub-signature-256') ?? '').replace('sha256=', ''), 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.sendStatus(401);
      return;
    }
    await pool.query({ ...INSERT, values: [JSON.stringify(request.headers), request.body] });
    response.sendStatus(200);
  });
  app.listen(Number(PORT), '127.0.0.1', 1024);
}
