package dev.rockpool.jdbc.internal.errors

import java.sql.SQLException

/** The server refuses a login that it accepted before: its password is changed, or its rights are. */
internal class InRotationException(refusal: SQLException) :
    SQLException(refusal.message, refusal.sqlState, refusal.errorCode, refusal)

/** Connecting came to nothing in a way that another try will not mend. */
internal class NoConnectionException(message: String) : SQLException(message, "08001")
