create table account (
    id      bigint generated always as identity primary key,
    owner   text not null unique,
    balance integer not null check (balance >= 0)
);
