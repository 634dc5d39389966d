// Own code because node strips types by itself: no compiler is needed between a source file and a test.
import { stripTypeScriptTypes } from 'node:module';

export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
