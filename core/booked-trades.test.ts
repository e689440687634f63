import t from 'tap';
import { isBooked, withBooked } from './booked-trades.js';

t.test('a trade counts once, in whatever order trades are told', async (t) => {
  let booked = { tradeCursor: '90', bookedTrades: [] as readonly string[] };
  for (const id of ['99', '101', '97', '100']) {
    t.equal(isBooked(booked, id), false, `${id} is new`);
    booked = { ...booked, bookedTrades: withBooked(booked, id) };
    t.equal(isBooked(booked, id), true, `${id} is known`);
  }
  for (const id of ['97', '99', '100', '101', '90', '89']) t.equal(isBooked(booked, id), true, id);
  for (const id of ['91', '98', '102', '1000']) t.equal(isBooked(booked, id), false, id);
  const other = { tradeCursor: null, bookedTrades: ['5', '3'] };
  t.equal(isBooked(other, '5'), true, 'of a list from a file, which may be in any order');
  t.equal(isBooked(other, '4'), false);
  t.equal(isBooked(booked, '102'), false, 'and lists are not taken for each other');
});
