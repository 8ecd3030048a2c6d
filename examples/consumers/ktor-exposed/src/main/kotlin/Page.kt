package com.example

import dev.rockpool.dashboard.DashboardHandler
import dev.rockpool.dashboard.DashboardRequest
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.httpMethod
import io.ktor.server.request.queryString
import io.ktor.server.request.receiveStream
import io.ktor.server.response.header
import io.ktor.server.response.respondOutputStream
import io.ktor.server.routing.Route
import io.ktor.server.routing.route
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

// region ktor dashboard
/** Serves the page below this path, whose address ends with a slash. */
fun Route.dashboard(page: DashboardHandler) {
    route("{path...}") { handle { call.answer(page) } }
}

private suspend fun ApplicationCall.answer(page: DashboardHandler) {
    val answer = withContext(Dispatchers.IO) { page.handle(toDashboard()) }
    answer.headers().forEach { (name, value) -> if (name != "Content-Type") response.header(name, value) }
    val type = ContentType.parse(answer.headers().getValue("Content-Type"))
    respondOutputStream(type, HttpStatusCode.fromValue(answer.status())) { answer.writeTo(this) }
}

private suspend fun ApplicationCall.toDashboard() =
    DashboardRequest(
        request.httpMethod.value,
        parameters.getAll("path").orEmpty().joinToString("/", prefix = "/"),
        request.queryString(),
        { name -> request.headers[name] },
        receiveStream(),
        request.local.scheme == "https",
        request.local.remoteAddress,
    )
// endregion
