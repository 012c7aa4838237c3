// Decides lines of a batch with the peer, as a process of its own. Each line of standard input, `FROM TO`, runs these
// lines of the file and prints the seconds and the decisions as one JSON object.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [folder, file] = process.argv.slice(2)
const found = createRequire(folder + '/').resolve('@cloud-copilot/iam-simulate')
const { runSimulation, anonymousPrincipal } = await import(pathToFileURL(found).href)
const lines = readFileSync(file, 'utf8').trim().split('\n')

const named = (documents) => documents.map((policy, at) => ({ name: `p${at}`, policy }))
const levels = (organization) =>
  organization.map((documents, at) => ({ orgIdentifier: `level${at}`, policies: named(documents) }))

function simulation({ request, policies }) {
  return {
    request: {
      principal: request.principal_arn ?? anonymousPrincipal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resource_account },
      contextVariables: request.context,
    },
    identityPolicies: named(policies.identity),
    serviceControlPolicies: levels(policies.scps),
    resourceControlPolicies: levels(policies.rcps),
    resourcePolicy: policies.resource ?? undefined,
    sessionPolicy: policies.session ?? undefined,
    permissionBoundaryPolicies: policies.boundary ? named([policies.boundary]) : undefined,
    vpcEndpointPolicies: policies.endpoint ? named([policies.endpoint]) : undefined,
  }
}

for await (const command of createInterface({ input: process.stdin })) {
  const [from, to] = command.split(' ').map(Number)
  const decisions = []
  const start = process.hrtime.bigint()
  for (let at = from; at < to; at++) {
    const result = await runSimulation(simulation(JSON.parse(lines[at])), {})
    decisions.push(result.resultType === 'error' ? `error ${JSON.stringify(result.errors)}` : result.overallResult)
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  console.log(JSON.stringify({ seconds, decisions }))
}
