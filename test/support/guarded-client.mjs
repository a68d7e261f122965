// A client whose process a test can freeze: connects, asks for cancels on its disconnect, places an order, prints its id.
import { WebSocket } from 'ws';

const [url, key, graceMs, order] = process.argv.slice(2);
const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } });
const requests = [
  { id: 1, method: 'session.cancelOnDisconnect', params: { enabled: true, graceMs: Number(graceMs) } },
  { id: 2, method: 'order.place', params: JSON.parse(order) },
];
socket.on('open', () => {
  for (const request of requests) socket.send(JSON.stringify(request));
});
socket.on('message', (text) => {
  const { id, result } = JSON.parse(text);
  if (id === 2) process.stdout.write(`${result.order.orderId}\n`);
});
