import type { Cluster } from './cluster.ts';
import { NAMESPACE, USERS } from './install.ts';

const block = (title: string, ...lines: string[]): string =>
  `${[title, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;

/** What a person can do now that the service is live. */
export const nextSteps = (cluster: Cluster, revision: string, shell: string | undefined, demo: string): string => {
  const { kubectl, helm } = cluster.words;
  const scope = `-n ${NAMESPACE}`;
  return [
    `${USERS} is live on ${cluster.description}: revision ${revision}\n`,
    block(
      'Reach it:',
      `${kubectl} ${scope} port-forward service/${USERS} 8080:80    (then: curl -i http://localhost:8080/api/users)`,
    ),
    ...(shell === undefined ? [] : [block('kubectl and helm in your own shell:', shell)]),
    block(
      'Try next:',
      `${demo}    (releases under load, none of them lost)`,
      `${helm} upgrade ${USERS} charts/service ${scope} --reuse-values --set config.GREETING=Hola    (a config release)`,
      `${kubectl} ${scope} get bluegreen ${USERS} --watch    (see it go live)`,
      'edit services/users, then npm start    (a code release)',
    ),
    ...(shell === undefined
      ? []
      : [
          block(
            'See how the node is, stop it:',
            'npm run status',
            'npm stop    (npm stop -- --delete removes its state too)',
          ),
        ]),
  ].join('\n');
};
