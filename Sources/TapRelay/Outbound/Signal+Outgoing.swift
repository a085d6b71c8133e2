import TapWire

extension Signal {
    /// Makes the signal one about our host and not about the server outside that it speaks with.
    mutating func concern(
        _ outgoing: OutgoingMail,
        in mail: MailCase,
        servers: BoundedTable<IPAddress, ServerRecord>
    ) {
        let known = servers[outgoing.host]
        about = AbusedServer(
            address: outgoing.host,
            name: known?.name?.name,
            family: known?.family ?? .unknown
        )
        values[.server] =
            (known?.name).map { .name($0.name) } ?? .plain(outgoing.host.description)
        values[.serverAddress] = .plain(outgoing.host.description)
        values[.destination] =
            mail.ends.serverName.map { .name($0.name) }
            ?? .plain(mail.server.address.description)
    }
}
