import t from 'tap';
import { jsonProblem } from './json-body.js';

t.test('a body that is no JSON is refused with its place and what is wrong there', async (t) => {
  const said: Readonly<Record<string, string>> = {
    '{"id":': 'at line 1, column 7: it ends too early: a value is missing.',
    '{\n  "id": "a"\n  "budget": 1 }': 'at line 3, column 3: a comma is missing.',
    "{ 'id': 1 }": 'at line 1, column 3: names and texts stand in double quotes "…", not in single ones.',
    '{ "budget": 1,5 }':
      'at line 1, column 13: a number has a decimal comma here; write it with a point, such as 1.5.',
    '{ "a": 1, }': 'at line 1, column 11: a name in double quotes is missing.',
    '{ "a": 1 } // mine': 'at line 1, column 12: comments are not allowed here.',
  };
  for (const [text, words] of Object.entries(said))
    t.equal(jsonProblem(text), `The body is not valid JSON ${words}`, text);
  t.match(jsonProblem('{"__proto__":{}}'), /a name that is not taken/);
  t.equal(jsonProblem('['.repeat(20_000)), 'The body is not valid JSON: it is nested too deep.');
});
