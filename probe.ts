import { openEvaluationShop } from './scripts/eval/shop.ts';
const shop = await openEvaluationShop('apparel');
for (const t of process.argv.slice(2)) {
  const x = await shop.triage(t); const j=x.judgement;
  console.log(t,'=>',x.decision,x.faq??'',x.decided.reasons.join(','),'| I:',j.intents.slice(0,3).map(i=>i.intent+' '+i.score.toFixed(2)).join(', '),'| F:',j.faqs.slice(0,3).map(f=>f.entryId+' '+f.score.toFixed(2)).join(', '),'|',j.emotion.name,j.emotion.strength,j.emotion.by,j.risks.map(r=>r.rule).join(),JSON.stringify(j.slots));
}
await shop.close();
