-- Files that came through a channel: kept for the account before anybody knows the conversation, and of more kinds than pictures.
alter table uploads
  add column account_id bigint references channel_accounts on delete set null,
  drop constraint uploads_check,
  drop constraint uploads_type_check,
  add constraint uploads_type_check check (type in ('image/jpeg', 'image/png', 'image/webp', 'image/gif', 'audio/amr', 'audio/mpeg',
    'audio/wav', 'audio/ogg', 'audio/silk', 'video/mp4', 'application/pdf', 'text/plain', 'application/octet-stream')),
  add constraint uploads_check check (num_nonnulls(conversation_id, staff_id) <= 1);
