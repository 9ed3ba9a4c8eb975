-- Systems that do the same work: pairs that read alike or that were declared,
-- what reviewers said of them, and where people went from one to the other.
-- Shares are thousandths, -1 is unknown.
-- +goose Up
CREATE TABLE similar_pairs (
  id          {{id}},
  first_id    bigint  NOT NULL REFERENCES systems (id),
  second_id   bigint  NOT NULL REFERENCES systems (id),
  score       integer NOT NULL,
  words       text    NOT NULL,               -- that both texts hold, parted by blanks
  verdict     text    NOT NULL CHECK (verdict IN ('open', 'same', 'partly', 'different')),
  ground      text    NOT NULL,
  keeper_id   bigint,                         -- of the same work: the system that goes on
  note        text    NOT NULL,
  first_text  text    NOT NULL,               -- as it was judged
  second_text text    NOT NULL,
  judged_at   {{ts}},
  judged_by   bigint  NOT NULL,
  judged_name text    NOT NULL,
  reopened_at {{ts}},                         -- a text changed since it was judged
  found_at    {{ts}}  NOT NULL,
  compared_at {{ts}}  NOT NULL,
  version     bigint  NOT NULL CHECK (version > 0),
  UNIQUE (first_id, second_id),
  CHECK (first_id < second_id)
);
CREATE INDEX similar_pairs_second ON similar_pairs (second_id);
CREATE INDEX similar_pairs_list ON similar_pairs (verdict, score);

-- Every judgement that was ever given.
CREATE TABLE similar_judgements (
  id         {{id}},
  first_id   bigint  NOT NULL,
  second_id  bigint  NOT NULL,
  score      integer NOT NULL,
  verdict    text    NOT NULL,
  ground     text    NOT NULL,
  keeper_id  bigint,
  note       text    NOT NULL,
  judged_at  {{ts}}  NOT NULL,
  judged_by  bigint  NOT NULL,
  name       text    NOT NULL
);
CREATE INDEX similar_judgements_pair ON similar_judgements (first_id, second_id);

-- The texts of systems as they were last compared.
CREATE TABLE similar_texts (
  system_id   bigint PRIMARY KEY,
  body        text   NOT NULL,
  compared_at {{ts}} NOT NULL
);

-- People who went from one system of a pair to the other one.
CREATE TABLE similar_moves (
  from_id     bigint  NOT NULL,
  to_id       bigint  NOT NULL,
  users       text    NOT NULL,               -- known, or why not
  former      bigint  NOT NULL,
  moved       integer NOT NULL,
  error       integer NOT NULL,
  shift       text    NOT NULL,               -- yes, no, or why not known
  signal      text    NOT NULL,
  fell_on     {{date}},
  rose_on     {{date}},
  measured_on {{date}},
  PRIMARY KEY (from_id, to_id)
);

-- +goose Down
DROP TABLE similar_moves;
DROP TABLE similar_texts;
DROP TABLE similar_judgements;
DROP TABLE similar_pairs;
