import manifest from '../../package.json' with { type: 'json' };
import { usersService } from './service.ts';

await usersService(manifest.version).run();
