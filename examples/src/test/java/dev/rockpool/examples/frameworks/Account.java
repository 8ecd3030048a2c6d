package dev.rockpool.examples.frameworks;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Version;

/** An account as Hibernate maps it. */
@Entity
class Account {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "account")
    @SequenceGenerator(name = "account", sequenceName = "account_seq", allocationSize = 50)
    Long id;

    @Column(unique = true)
    String owner;

    int balance;

    @Version
    int version;

    /** For Hibernate. */
    protected Account() {}

    Account(String owner, int balance) {
        this.owner = owner;
        this.balance = balance;
    }
}
