insert into account (owner, balance)
values ('ada', 100), ('bob', 100);
