import TapFlow
import TapObserve

/// A request of HTTP/1 whose head was read.
struct HTTPRequest: ObservedEvent, Hashable {
    var method: String
    var target: String
    /// What the Host field says; nil if there is none.
    var host: String?

    var eventType: String { "http_request" }
}

extension HTTPRequest: Encodable {
    private enum TopLevel: String, CodingKey { case http }
    private enum Key: String, CodingKey { case method, target, host }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TopLevel.self)
        var http = container.nestedContainer(keyedBy: Key.self, forKey: .http)
        try http.encode(method, forKey: .method)
        try http.encode(target, forKey: .target)
        try http.encode(host, forKey: .host)
    }
}

/// Logs the requests of HTTP/1, on any port.
struct HTTPRequestObserver: Observer {
    var name: String { "http" }

    func claim(_ flow: borrowing Flow, opening: borrowing Opening) -> Claim {
        guard !opening.a.isEmpty else { return opening.b.isEmpty ? .undecided : .notMine }
        var lines = LineBuffer()
        guard let line = lines.take(from: opening.a).line else { return .undecided }
        return HTTPRequestLine(line.octets) == nil ? .notMine : .mine
    }

    func makeSession(for flow: borrowing Flow) -> HTTPRequestSession { HTTPRequestSession() }
}

/// Reads the heads of the requests on one connection, and counts the octets of their bodies away.
struct HTTPRequestSession: ObserverSession {
    private var lines = LineBuffer()
    private var request: HTTPRequest?
    private var bodyOctetsLeft: UInt64 = 0

    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment,
        emit: (HTTPRequest) -> Void
    ) -> StreamInterest {
        switch event {
        case .bytes(let bytes, from: .a): take(bytes, emit)
        // Behind a hole nothing says where the next request begins: better silent than wrong.
        case .gap(_, from: .a): .unwanted
        case .opened, .bytes, .gap, .conflict, .ended, .closed: .wanted
        }
    }

    private mutating func take(_ bytes: Span<UInt8>, _ emit: (HTTPRequest) -> Void)
        -> StreamInterest
    {
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.extracting(droppingFirst: offset)
            guard bodyOctetsLeft == 0 else {
                let skipped = min(bodyOctetsLeft, UInt64(rest.count))
                bodyOctetsLeft -= skipped
                offset += Int(skipped)
                continue
            }
            let (consumed, line) = lines.take(from: rest)
            offset += consumed
            guard let line else { break }
            guard take(line, emit) else { return .unwanted }
        }
        return .wanted
    }

    /// Takes a line of a head; false where it can no longer be told where the next request begins.
    private mutating func take(_ line: StreamLine, _ emit: (HTTPRequest) -> Void) -> Bool {
        guard var open = request else {
            guard !line.octets.isEmpty else { return true }
            guard let first = HTTPRequestLine(line.octets) else { return false }
            request = HTTPRequest(method: first.method, target: first.target)
            return true
        }
        guard !line.octets.isEmpty else {
            emit(open)
            request = nil
            return true
        }
        let parts = line.octets.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        guard parts.count == 2 else { return true }
        let value = String(decoding: parts[1], as: UTF8.self).drop { $0 == " " }
        switch String(decoding: parts[0], as: UTF8.self).lowercased() {
        case "host": open.host = String(value)
        case "content-length": bodyOctetsLeft = UInt64(value) ?? 0
        case "transfer-encoding", "upgrade": return false
        default: break
        }
        request = open
        return true
    }
}

/// The first line of a request (RFC 9112 section 3).
private struct HTTPRequestLine {
    var method: String
    var target: String

    init?(_ octets: [UInt8]) {
        let words = octets.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), !words[0].isEmpty,
            words[0].allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else { return nil }
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
    }
}
