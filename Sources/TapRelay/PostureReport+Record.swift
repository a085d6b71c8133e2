import TapFlow
import TapMail
public import TapWire

extension RelayMemory {
    /// What is known of every server, ours first, then by address, port and side.
    public var postureReports: [PostureReport] { postureReports(since: 0).map(\.report) }

    /// How often anything known of a server has changed.
    public var postureRevision: UInt64 { postures.revision }

    /// What has changed of servers since the revision of that number, with the time it was seen last; in the same order.
    public func postureReports(since revision: UInt64) -> [(report: PostureReport, time: Timestamp)]
    {
        func reports(_ table: BoundedTable<PostureKey, PostureRecord>, isOurs: Bool) -> [(
            report: PostureReport, time: Timestamp
        )] {
            table.pairs.filter { $0.value.revision > revision }
                .sorted { $0.key < $1.key }
                .map {
                    (PostureReport($0.key, $0.value, isOurs: isOurs), $0.value.posture.last.time)
                }
        }
        return reports(postures.ours, isOurs: true) + reports(postures.others, isOurs: false)
    }
}

extension PostureKey: Comparable {
    static func < (lhs: PostureKey, rhs: PostureKey) -> Bool {
        func rank(_ key: PostureKey) -> (UInt64, UInt64, UInt64, UInt16, Int) {
            let address = key.server
            return (
                address.isIPv6 ? 1 : 0, address.high, address.low, key.port,
                key.side == .outside ? 0 : 1
            )
        }
        return rank(lhs) < rank(rhs)
    }
}

extension PostureReport {
    init(_ key: PostureKey, _ record: PostureRecord, isOurs: Bool) {
        let posture = record.posture
        server = key.server.description
        port = key.port
        side = key.side
        self.isOurs = isOurs
        dialect = posture.dialect.rawValue
        name = record.name?.name
        software = record.family.map { Fact($0) { $0.rawValue } }
        banner = posture.banner.map(Sighting.init)
        first = posture.first.time.rfc3339
        last = posture.last.time.rfc3339
        sessions = posture.sessions
        startTLS = posture.startTLS.map { Fact($0) { $0 ? "offered" : "none" } }
        tls = posture.handshake.map { Fact($0) { $0 ? "established" : "refused" } }
        versions = posture.versions.map(Sighting.init)
        ciphers = posture.ciphers.map(Sighting.init)
        certificates = posture.certificates.map(Certificate.init)
        auth = posture.mechanisms.map { Fact($0) { $0 } }
        securedAuth = posture.securedMechanisms.map { Fact($0) { $0 } }
        keywords = posture.keywords.map { Fact($0) { $0 } }
        securedKeywords = posture.securedKeywords.map { Fact($0) { $0 } }
        logins = Logins(
            accepted: posture.logins.accepted,
            refused: posture.logins.refused,
            users: posture.logins.users.map(Sighting.init)
        )
        relay = Relay(record)
    }
}

extension PostureReport.Fact {
    fileprivate init<Source>(_ fact: PostureFact<Source>, _ convert: (Source) -> Value) {
        value = convert(fact.value)
        since = fact.since.time.rfc3339
        last = fact.last.time.rfc3339
        frame = fact.since.sequence
    }
}

extension PostureReport.Sighting {
    fileprivate init(_ sighting: PostureSighting) {
        name = sighting.name
        first = sighting.first.time.rfc3339
        last = sighting.last.time.rfc3339
        count = sighting.count
    }
}

extension PostureReport.Relay {
    fileprivate init?(_ record: PostureRecord) {
        guard let fact = record.isRelaying, let answer = record.answer else { return nil }
        value = fact.value ? "accepted" : "refused"
        code = answer.code
        confidence = answer.confidence
        count = answer.count
        since = fact.since.time.rfc3339
        last = fact.last.time.rfc3339
        frame = fact.since.sequence
    }
}

extension PostureReport.Certificate {
    fileprivate init(_ certificate: PostureCertificate) {
        subject = certificate.subject
        issuer = certificate.issuer
        names = certificate.names
        notAfter = certificate.notAfter
        fingerprint = certificate.fingerprint
        isSelfSigned = certificate.isSelfSigned
        first = certificate.first.time.rfc3339
        last = certificate.last.time.rfc3339
    }
}
