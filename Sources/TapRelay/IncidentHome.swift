import TapWire

/// Whose trouble it is: the server of ours, or the host of ours that goes out.
struct IncidentHome: Sendable {
    /// Its address.
    var address: IPAddress
    /// The name it goes by as a server, if it gave one.
    var name: String?
    /// Its software.
    var family: MailServerFamily
}

extension MailCase {
    /// Whose trouble a signal is, with what is remembered of it.
    func home(of signal: Signal, in servers: BoundedTable<IPAddress, ServerRecord>) -> IncidentHome
    {
        if let about = signal.about {
            return IncidentHome(address: about.address, name: about.name, family: about.family)
        }
        guard case .outward = direction, signal.incident?.isOfServer != true else {
            return IncidentHome(address: ends.server, name: ends.serverName?.name, family: family)
        }
        return servers.look(at: ends.client) { record in
            IncidentHome(address: ends.client, name: record.name?.name, family: record.family)
        } ?? IncidentHome(address: ends.client, name: nil, family: .unknown)
    }
}
