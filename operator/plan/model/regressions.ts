/** Histories that once broke a promise. They run first, whatever the seed. */
export const REGRESSIONS: Record<string, string> = {
  'a first release that breaks before its switch is confirmed gives way to the next': `
    round process=0 times=8
    break slot=blue
    template id=4`,

  'a restart while a release cannot become ready writes nothing': `
    template id=3`,

  'a restart while the template is refused writes nothing': `
    template id=5`,

  'a restart while a free slot cannot be had writes nothing': `
    round process=0 times=8
    template id=3
    round process=0 times=8
    break slot=blue
    hijack role=active selector=other
    template id=1`,

  'an escape from a revision that fails is not overtaken by the next release': `
    round process=0 times=8
    round process=0 times=8
    template id=4
    round process=0 times=8
    template id=1
    break slot=green`,

  'a selector that cannot be put back does not keep a good release from going live': `
    round process=0 times=8
    round process=0 times=8
    break slot=blue
    removeService role=active
    config name=a content=2`,

  'a selector on a slot without pods is put back, though the active one has none either': `
    round process=0 times=8
    template id=1
    round process=0 times=8
    round process=0 times=1
    crash slot=blue pods=2
    removeCopy index=1
    template id=4
    break slot=green
    hijack role=active selector=other`,

  'two rollbacks by default do not take turns': `
    round process=0 times=8
    template id=4
    round process=0 times=8
    template id=2
    round process=0 times=4
    advance seconds=60
    decide action=Rollback of=active to=default
    round process=0 times=8
    template id=4`,

  'a rollback by default finds what serves, though the history has lost it': `
    round process=0 times=8
    template id=2
    hijack role=active selector=bare
    round process=0 times=8
    template id=4
    round process=0 times=4
    field name=limit value=2
    decide action=Rollback of=desired to=default`,

  'the slot that a foreign edit selects can still be brought to full size': `
    round process=0 times=7
    field name=replicas value=3
    round process=1 times=4
    hijack role=active selector=other`,

  'a fence that is seen is heeded, though the status that led to it is not': `
    round process=1 times=4
    round process=0 times=4
    template id=1
    round process=1 times=2
    observe process=0 kind=services events=3
    plan process=0`,

  'releases that never become ready leave no records behind': `
    round process=0 times=8
    template id=3
    round process=0 times=8
    config name=a content=1
    round process=0 times=8
    config name=a content=2
    round process=0 times=8
    field name=limit value=1`,

  'a leader with old caches deletes no copy that a new release needs': `
    template id=4
    round process=1 times=8
    round process=0 times=2
    template id=1
    round process=1 times=8
    observe process=0 kind=copies events=2
    plan process=0`,

  'a decision about another revision keeps no record': `
    round process=0 times=8
    config name=a content=1
    field name=limit value=1
    decide action=Rollback of=stale to=older`,

  'a writer that knows of an older switch only does not make it again': `
    round process=0 times=9
    template id=4
    round process=0 times=1
    round process=0 times=1
    round process=1 times=5
    template id=0
    round process=0 times=11
    observe process=1 kind=services events=100
    plan process=1`,

  'pods that serve again are not told that they are retired by a writer that wakes up late': `
    template id=1
    round process=0 times=11
    template id=0
    round process=0 times=8
    cluster
    observe process=0 kind=all events=1
    plan process=0
    template id=1
    round process=1 times=12`,

  'releases before the first that serves leave no records behind': `
    field name=limit value=1
    template id=2
    round process=1 times=5
    template id=0
    round process=0 times=5
    plan process=0
    act process=0 times=1
    template id=4
    round process=1 times=9
    template id=5`,

  'a Deployment that is deleted before its first switch is confirmed comes back': `
    round process=0 times=9
    removeDeployment slot=blue`,

  'claims are taken over by a new status, also while a Service is missing': `
    round process=0 times=9
    template id=4
    round process=0 times=8
    template id=1
    removeDeployment slot=blue
    removeService role=active
    loseStatus`,

  'of two records with one number every process keeps the same': `
    round process=0 times=12
    config name=b content=1
    round process=0 times=8
    field name=limit value=1
    template id=1
    round process=0 times=3
    plan process=0
    act process=0 times=1
    template id=3
    advance seconds=0
    round process=1 times=9
    act process=0 times=9`,

  'pods that serve again are told so, also after a foreign edit in between': `
    round process=0 times=9
    template id=4
    round process=0 times=9
    template id=0
    round process=0 times=5
    template id=4
    round process=1 times=3
    cluster
    observe process=1 kind=all events=1
    template id=0
    round process=0 times=6
    plan process=1
    hijack role=active selector=other`,

  'pods that serve again are told so, also by a status that is made anew': `
    template id=4
    round process=0 times=8
    round process=0 times=8
    template id=1
    round process=1 times=4
    round process=0 times=5
    template id=4
    round process=1 times=3
    loseStatus`,

  'a fence that outlives status and Deployments does not block the next switch': `
    round process=0 times=9
    removeDeployment slot=blue
    hijack role=active selector=bare
    round process=0 times=1
    round process=0 times=1
    loseStatus`,

  'a switch whose Deployment is lost for good gives way to the next release': `
    round process=0 times=9
    removeCopy index=2
    removeDeployment slot=blue
    template id=4`,

  'a claim that is brought up and a switch are not decided by one plan': `
    round process=0 times=9
    template id=4
    round process=0 times=9
    template id=0
    round process=0 times=8
    removeDeployment slot=blue
    round process=1 times=1
    template id=4
    removeCopy index=1`,

  'a leader with an old status forgets no release that a slot holds': `
    round process=0 times=9
    template id=1
    round process=0 times=3
    round process=0 times=9
    advance seconds=60
    template id=4
    round process=0 times=8
    template id=1
    field name=limit value=1
    round process=0 times=8
    template id=2
    round process=1 times=4
    template id=4
    round process=0 times=3
    observe process=1 kind=records events=100
    plan process=1
    act process=1 times=9
    plan process=1`,

  'the active Deployment comes back, though status was last written by an old view': `
    round process=0 times=9
    template id=4
    round process=1 times=5
    template id=1
    round process=0 times=10
    observe process=1 kind=bluegreens events=100
    plan process=1
    act process=1 times=9
    removeDeployment slot=green
    template id=4`,

  'a switch that waits for its confirmation follows the size that is asked for': `
    round process=1 times=9
    template id=4
    round process=1 times=7
    round process=0 times=2
    break slot=green
    break slot=blue
    field name=replicas value=0`,

  'a list of endpoints from an earlier switch confirms none that came after it': `
    field name=retire value=0
    round process=0 times=9
    template id=4
    round process=0 times=12
    template id=0
    round process=0 times=9
    cluster
    observe process=1 kind=all events=1
    template id=4
    round process=0 times=12
    template id=0
    round process=0 times=6
    observe process=1 kind=bluegreens events=1000
    observe process=1 kind=services events=1000
    observe process=1 kind=deployments events=1000
    observe process=1 kind=records events=1000
    observe process=1 kind=copies events=1000
    plan process=1
    act process=1 times=9`,

  'a slot that somebody else has switched to is claimed before the switch counts': `
    round process=0 times=5
    round process=0 times=6
    template id=4
    round process=0 times=5
    turn process=0 times=1
    turn process=0 times=1
    turn process=0 times=1
    endpoints refresh=1
    turn process=0 times=1
    advance seconds=30
    plan process=0
    break slot=green
    hijack role=active selector=other
    round process=1 times=2`,

  'an active revision that no slot holds any more is released anew': `
    round process=1 times=4
    round process=1 times=2
    round process=0 times=4
    template id=4
    round process=1 times=8
    removeDeployment slot=blue
    template id=2
    round process=0 times=3
    plan process=0
    template id=1
    round process=1 times=12
    act process=0 times=9
    removeDeployment slot=blue
    plan process=0`,

  'an overlap that is broken off begins anew': `
    field name=overlap value=5
    round process=0 times=9
    template id=1
    round process=1 times=6
    round process=0 times=9
    removeService role=active
    advance seconds=60`,

  'a slot that has never served is no way back that spares the gates': `
    round process=0 times=1
    turn process=0 times=2
    round process=1 times=4
    template id=4
    round process=1 times=6
    plan process=1
    template id=3
    round process=0 times=2
    act process=1 times=9
    hijack role=active selector=other
    round process=1 times=2
    template id=4
    round process=0 times=5
    template id=3`,

  'a slot that a foreign edit has taken out of traffic may be refilled, whatever is edited next': `
    round process=0 times=9
    template id=1
    hijack role=active selector=else
    round process=0 times=1
    turn process=0 times=1
    turn process=0 times=1
    turn process=0 times=1
    turn process=0 times=1
    turn process=0 times=1
    hijack role=active selector=bare
    plan process=0`,
};
