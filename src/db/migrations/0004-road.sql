-- The hot path, one round trip a step. All functions are SECURITY INVOKER and set the shop before they touch a row.

create function append_event(p_shop bigint, p_topic text, p_kind text, p_payload jsonb) returns bigint language plpgsql as $$
declare v_seq bigint;
begin
  insert into topics as t (shop_id, topic, seq) values (p_shop, p_topic, 1)
    on conflict (shop_id, topic) do update set seq = t.seq + 1 returning t.seq into v_seq;
  insert into events (shop_id, topic, seq, kind, payload) values (p_shop, p_topic, v_seq, p_kind, p_payload);
  return v_seq;
end $$;

-- Stores one incoming message, once. Merges into an open turn of the same burst, or opens a turn unless a person owns
-- the conversation (then the message is already where it belongs).
create function admit(
  p_shop bigint, p_account bigint, p_external text, p_shopper text, p_name text, p_text text, p_payload jsonb, p_window_ms int,
  out status text, out conversation_id bigint, out seq bigint, out turn_id bigint
) language plpgsql as $$
#variable_conflict use_column
declare
  v_shopper bigint;
  v_owner text;
begin
  perform set_config('app.shop_id', p_shop::text, true);
  select i.conversation_id, i.seq into admit.conversation_id, admit.seq from inbound_ids i
    where i.channel_account_id = p_account and i.external_id = p_external;
  if found then admit.status := 'duplicate'; return; end if;

  select s.id into v_shopper from shoppers s where s.channel_account_id = p_account and s.platform_id = p_shopper;
  if not found then
    insert into shoppers as s (shop_id, channel_account_id, platform_id, name) values (p_shop, p_account, p_shopper, p_name)
      on conflict (channel_account_id, platform_id) do update set name = coalesce(excluded.name, s.name) returning s.id into v_shopper;
  end if;

  insert into conversations as c (shop_id, channel_account_id, shopper_id, next_seq, last_shopper_at)
    values (p_shop, p_account, v_shopper, 2, now())
    on conflict (channel_account_id, shopper_id) do update
      set next_seq = c.next_seq + 1, last_shopper_at = now(), closed_at = null
    returning c.id, c.next_seq - 1, c.owner_kind into admit.conversation_id, admit.seq, v_owner;

  insert into inbound_ids (shop_id, channel_account_id, external_id, conversation_id, seq)
    values (p_shop, p_account, p_external, admit.conversation_id, admit.seq) on conflict do nothing;
  if not found then -- the same id arrived at the same moment and won
    update conversations c set next_seq = c.next_seq - 1 where c.id = admit.conversation_id;
    select i.conversation_id, i.seq into admit.conversation_id, admit.seq from inbound_ids i
      where i.channel_account_id = p_account and i.external_id = p_external;
    admit.status := 'duplicate';
    return;
  end if;

  insert into messages (shop_id, conversation_id, seq, author, text, payload)
    values (p_shop, admit.conversation_id, admit.seq, 'shopper', p_text, p_payload);

  if v_owner in ('bot', 'queue') then
    update turns t set last_seq = admit.seq,
        due_at = least(now() + p_window_ms * interval '1 ms', t.created_at + 3 * p_window_ms * interval '1 ms')
      where t.conversation_id = admit.conversation_id and t.state = 'open' and t.attempt = 0
      returning t.id into admit.turn_id;
    if not found then
      insert into turns as t (shop_id, conversation_id, first_seq, last_seq, due_at)
        values (p_shop, admit.conversation_id, admit.seq, admit.seq, now() + p_window_ms * interval '1 ms')
        returning t.id into admit.turn_id;
    end if;
  end if;
  admit.status := 'new';
end $$;

-- Many in one round trip, in a fixed order of accounts and shoppers so that two batches cannot deadlock.
create function admit_many(p_items jsonb)
returns table (ord bigint, status text, conversation_id bigint, seq bigint, turn_id bigint) language sql as $$
  select x.ord, a.status, a.conversation_id, a.seq, a.turn_id
  from (select j.ord, j.e from jsonb_array_elements(p_items) with ordinality j (e, ord)
        order by j.e->>'account', j.e->>'shopper', j.ord) x,
  lateral admit((x.e->>'shop')::bigint, (x.e->>'account')::bigint, x.e->>'external', x.e->>'shopper', x.e->>'name',
    x.e->>'text', coalesce(x.e->'payload', '{}'), (x.e->>'windowMs')::int) a
$$;

-- Takes the lowest unfinished turn of a conversation, if it is due and nobody else holds it, with all that deciding needs.
create function claim_turn(p_shop bigint, p_conversation bigint, p_lease_ms int, p_history int) returns jsonb language plpgsql as $$
declare
  c conversations;
  t turns;
begin
  perform set_config('app.shop_id', p_shop::text, true);
  select * into c from conversations where id = p_conversation for update;
  if not found then return jsonb_build_object('status', 'idle'); end if;
  select * into t from turns where conversation_id = p_conversation and state in ('open', 'leased') order by first_seq limit 1;
  if not found then return jsonb_build_object('status', 'idle'); end if;
  if t.state = 'leased' and t.lease_until > now() then return jsonb_build_object('status', 'busy'); end if;
  if t.state = 'open' and t.due_at > now() then
    return jsonb_build_object('status', 'early', 'dueInMs', ceil(extract(epoch from t.due_at - now()) * 1000));
  end if;
  update turns set state = 'leased', attempt = attempt + 1, lease_until = now() + p_lease_ms * interval '1 ms' where id = t.id;
  return jsonb_build_object(
    'status', 'claimed', 'turnId', t.id::text, 'attempt', t.attempt + 1, 'firstSeq', t.first_seq, 'lastSeq', t.last_seq,
    'epoch', c.epoch::text, 'ownerKind', c.owner_kind, 'memory', c.memory, 'conversationId', c.id::text,
    'accountId', c.channel_account_id::text,
    'shopper', (select jsonb_build_object('id', s.id::text, 'platformId', s.platform_id, 'name', s.name, 'customerId', s.customer_id)
      from shoppers s where s.id = c.shopper_id),
    'messages', (select coalesce(jsonb_agg(jsonb_build_object('seq', m.seq, 'text', m.text, 'payload', m.payload, 'at', m.created_at)
        order by m.seq), '[]') from messages m
      where m.conversation_id = c.id and m.seq between t.first_seq and t.last_seq and m.author = 'shopper'),
    'history', (select coalesce(jsonb_agg(h order by h.seq), '[]') from (
        select m.seq, m.author, m.text, m.kind, m.payload->'source' as source from messages m
        where m.conversation_id = c.id and m.seq < t.first_seq and m.kind <> 'note' order by m.seq desc limit p_history) h),
    'handoff', (select jsonb_build_object('id', h.id::text, 'state', h.state, 'reason', h.reason, 'team', h.team,
        'toldAt', h.told_at, 'toldPosition', h.told_position) from handoffs h
      where h.conversation_id = c.id and h.state <> 'resolved'));
end $$;

-- One place for writing an outgoing message and its outbox row; the caller holds the conversation's lock.
-- p_born: sent (the shopper's client pulls), sending (this process sends right now), new (delivery will send),
-- held (it goes out as the answer to the platform's next call; delivery never touches it).
create function put_message(
  p_shop bigint, p_conversation bigint, p_seq bigint, p_author text, p_author_id bigint, p_kind text, p_text text,
  p_payload jsonb, p_client text, p_epoch bigint, p_turn bigint, p_part int, p_born text, p_lease_ms int
) returns bigint language plpgsql as $$
declare
  v_id bigint;
  v_born text := case p_born when 'held' then 'new' else p_born end;
begin
  insert into messages (shop_id, conversation_id, seq, author, author_id, kind, text, payload, client_id)
    values (p_shop, p_conversation, p_seq, p_author, p_author_id, p_kind, p_text, p_payload, p_client);
  if p_kind = 'note' then return null; end if;
  -- order: what waits for a retry goes first
  if v_born = 'sending' and exists (select from outbox o where o.conversation_id = p_conversation and o.state in ('new', 'sending')
      and (o.turn_id is distinct from p_turn or p_turn is null)) then
    v_born := 'new';
  end if;
  insert into outbox (shop_id, conversation_id, message_seq, author, epoch, turn_id, part, state, attempt, lease_until, next_at)
    values (p_shop, p_conversation, p_seq, p_author, p_epoch, p_turn, p_part, v_born,
      case when v_born = 'sending' then 1 else 0 end, now() + p_lease_ms * interval '1 ms',
      case when p_born = 'held' then now() + interval '100 years' else now() end) returning id into v_id;
  return v_id;
end $$;

-- Writes the outcome of a turn, if nobody changed the owner meanwhile: receipt, replies, and for a handoff its row.
create function commit_turn(
  p_shop bigint, p_conversation bigint, p_turn bigint, p_attempt int, p_epoch bigint, p_receipt jsonb, p_parts jsonb,
  p_memory jsonb, p_handoff jsonb, p_born text, p_send_lease_ms int
) returns jsonb language plpgsql as $$
declare
  c conversations;
  v_epoch bigint;
  v_seq bigint;
  v_part jsonb;
  v_n int := 0;
  v_out jsonb := '[]';
  v_id bigint;
  v_handoff bigint;
  v_next jsonb;
begin
  perform set_config('app.shop_id', p_shop::text, true);
  select * into c from conversations where id = p_conversation for update;
  update turns set state = case when c.epoch = p_epoch then 'done' else 'stale' end, done_at = now(), lease_until = null,
      receipt = case when c.epoch = p_epoch then p_receipt
        else p_receipt || jsonb_build_object('discarded', 'the conversation changed hands while this turn was running') end
    where id = p_turn and state = 'leased' and attempt = p_attempt;
  if not found then return jsonb_build_object('status', 'lost-lease'); end if;
  select jsonb_build_object('dueInMs', greatest(0, ceil(extract(epoch from t.due_at - now()) * 1000))) into v_next
    from turns t where t.conversation_id = p_conversation and t.state = 'open' order by t.first_seq limit 1;
  if c.epoch <> p_epoch then return jsonb_build_object('status', 'stale', 'next', v_next); end if;

  v_epoch := c.epoch;
  v_seq := c.next_seq;
  if p_handoff is not null and c.owner_kind = 'bot' then
    v_epoch := v_epoch + 1;
    insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, priority, team, summary, intent, packet, due_at, told_at, told_position, previous_id)
      values (p_shop, p_conversation, p_handoff->>'reason', p_handoff->>'risk', (p_handoff->>'riskRank')::smallint,
        coalesce((p_handoff->>'priority')::int, 0), p_handoff->>'team', p_handoff->>'summary', p_handoff->>'intent',
        p_handoff->'packet', now() + (p_handoff->>'dueMs')::bigint * interval '1 ms', now(), (p_handoff->>'position')::int,
        (select h.id from handoffs h where h.conversation_id = p_conversation and h.resolved_at > now() - interval '24 hours'
          order by h.id desc limit 1))
      returning id into v_handoff;
    perform append_event(p_shop, 'desk', 'handoff', jsonb_build_object('handoffId', v_handoff::text, 'conversationId', p_conversation::text, 'state', 'waiting'));
  end if;
  for v_part in select * from jsonb_array_elements(p_parts) loop
    v_n := v_n + 1;
    v_id := put_message(p_shop, p_conversation, v_seq, coalesce(v_part->>'author', 'bot'), null, coalesce(v_part->>'kind', 'text'),
      v_part->>'text', coalesce(v_part->'payload', '{}'), null, v_epoch, p_turn, v_n, p_born, p_send_lease_ms);
    v_out := v_out || jsonb_build_object('id', v_id::text, 'seq', v_seq,
      'state', (select o.state from outbox o where o.id = v_id));
    v_seq := v_seq + 1;
  end loop;
  update conversations set next_seq = v_seq, epoch = v_epoch, memory = coalesce(p_memory, memory),
      owner_kind = case when v_handoff is null then owner_kind else 'queue' end
    where id = p_conversation;
  return jsonb_build_object('status', 'done', 'outbox', v_out, 'handoffId', v_handoff::text, 'next', v_next);
end $$;

-- new -> sending, if the row's turn has come and (for the bot) nobody took over. Returns all that sending needs.
create function claim_outbox(p_shop bigint, p_id bigint, p_lease_ms int) returns jsonb language plpgsql as $$
declare
  o outbox;
  v_conversation bigint;
  v_epoch bigint;
begin
  perform set_config('app.shop_id', p_shop::text, true);
  select conversation_id into v_conversation from outbox where id = p_id;
  if not found then return jsonb_build_object('status', 'gone'); end if;
  select epoch into v_epoch from conversations where id = v_conversation for update;
  select * into o from outbox where id = p_id;
  if o.state <> 'new' then return jsonb_build_object('status', 'gone'); end if;
  if o.author in ('bot', 'system') and o.epoch <> v_epoch then
    update outbox set state = 'cancelled', last_error = 'a person took over' where id = p_id;
    return jsonb_build_object('status', 'cancelled');
  end if;
  if o.next_at > now() then
    return jsonb_build_object('status', 'early', 'dueInMs', ceil(extract(epoch from o.next_at - now()) * 1000));
  end if;
  if exists (select from outbox e where e.conversation_id = v_conversation and e.id < p_id and e.state in ('new', 'sending')) then
    return jsonb_build_object('status', 'early', 'dueInMs', 1000);
  end if;
  update outbox set state = 'sending', attempt = attempt + 1, lease_until = now() + p_lease_ms * interval '1 ms' where id = p_id;
  return jsonb_build_object('status', 'claimed') || outgoing_of(p_id);
end $$;

-- An outbox row as the channel needs it; the caller has set the shop.
create function outgoing_of(p_id bigint) returns jsonb language sql stable as $$
  select jsonb_build_object('id', o.id::text, 'conversationId', o.conversation_id::text, 'seq', m.seq, 'author', m.author,
    'text', m.text, 'payload', m.payload, 'shopperId', s.platform_id, 'accountId', c.channel_account_id::text,
    'attempt', o.attempt, 'at', m.created_at,
    'inReplyTo', (select coalesce(jsonb_agg(i.external_id order by i.seq), '[]') from turns t
      join inbound_ids i on i.conversation_id = t.conversation_id and i.seq between t.first_seq and t.last_seq
      where t.id = o.turn_id))
  from outbox o
  join messages m on m.conversation_id = o.conversation_id and m.seq = o.message_seq
  join conversations c on c.id = o.conversation_id
  join shoppers s on s.id = c.shopper_id
  where o.id = p_id
$$;

-- Rows born `sending` by this process, ready to send.
create function outgoing_many(p_shop bigint, p_ids bigint[]) returns setof jsonb language plpgsql as $$
begin
  perform set_config('app.shop_id', p_shop::text, true);
  return query select outgoing_of(x.id) from unnest(p_ids) with ordinality x (id, ord) order by x.ord;
end $$;

-- Writes how sending ended, for many rows of any shops: [{shop,id,attempt,state,platformId,error,retryMs}].
-- `attempt` fences: a sender that lost its lease to another cannot overwrite the other's word.
create function mark_outbox(p_items jsonb) returns int language plpgsql as $$
declare
  x jsonb;
  v_count int := 0;
begin
  for x in select e from jsonb_array_elements(p_items) e order by (e->>'id')::bigint loop
    perform set_config('app.shop_id', x->>'shop', true);
    update outbox o set state = x->>'state', platform_id = coalesce(x->>'platformId', o.platform_id), last_error = x->>'error',
        next_at = case when x->>'state' = 'new' then now() + (x->>'retryMs')::bigint * interval '1 ms' else o.next_at end,
        lease_until = null
      where o.id = (x->>'id')::bigint and o.state = 'sending' and o.attempt = (x->>'attempt')::int;
    if found then v_count := v_count + 1; end if;
  end loop;
  return v_count;
end $$;
