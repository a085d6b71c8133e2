/// What stands in a message of RFC 5424.
struct SyslogReading: Equatable {
    var priority = 0
    var time = ""
    var host = ""
    var application = ""
    var process = ""
    var messageID = ""
    var dataID = ""
    var parameters: [Parameter] = []
    var text = ""

    struct Parameter: Equatable {
        var name: String
        var value: String
    }

    /// The value of the parameter called `name`.
    subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}

/// Reads a message by the grammar of RFC 5424 section 6, and nothing else.
///
/// Written from the grammar, apart from the code that writes messages.
struct SyslogReader {
    private var rest: ArraySlice<UInt8>

    static func read(_ octets: [UInt8]) -> SyslogReading? {
        var reader = SyslogReader(rest: octets[...])
        return reader.message()
    }

    private mutating func message() -> SyslogReading? {
        var reading = SyslogReading()
        guard take("<"), let priority = number(1...3), priority <= 191, take(">1 ") else {
            return nil
        }
        reading.priority = priority
        guard let time = printable(1...32), take(" "), let host = printable(1...255), take(" "),
            let application = printable(1...48), take(" "), let process = printable(1...128),
            take(" "), let messageID = printable(1...32), take(" [")
        else { return nil }
        (reading.time, reading.host, reading.application) = (time, host, application)
        (reading.process, reading.messageID) = (process, messageID)
        guard let dataID = name() else { return nil }
        reading.dataID = dataID
        while take(" ") {
            guard let name = name(), take("=\""), let value = value() else { return nil }
            reading.parameters.append(SyslogReading.Parameter(name: name, value: value))
        }
        guard take("] "), let text = text() else { return nil }
        reading.text = text
        return reading
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    private mutating func run(_ range: ClosedRange<Int>, _ belongs: (UInt8) -> Bool) -> String? {
        let found = rest.prefix(while: belongs)
        guard range.contains(found.count) else { return nil }
        rest = rest.dropFirst(found.count)
        return String(decoding: found, as: UTF8.self)
    }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        run(digits) { (0x30...0x39).contains($0) }.flatMap { Int($0) }
    }

    private mutating func printable(_ range: ClosedRange<Int>) -> String? {
        run(range) { (33...126).contains($0) }
    }

    /// SD-NAME: printable ASCII without `=`, space, `]` and `"`.
    private mutating func name() -> String? {
        run(1...32) { (33...126).contains($0) && $0 != 0x3D && $0 != 0x5D && $0 != 0x22 }
    }

    /// PARAM-VALUE up to its closing quote, escapes undone.
    private mutating func value() -> String? {
        var octets: [UInt8] = []
        while let octet = rest.popFirst() {
            switch octet {
            case 0x22: return String(validating: octets, as: UTF8.self)
            case 0x5D: return nil
            case 0x5C:
                guard let next = rest.popFirst() else { return nil }
                // Any other octet behind a backslash leaves the backslash as it is; ours never do that.
                guard [0x22, 0x5C, 0x5D].contains(next) else { return nil }
                octets.append(next)
            default: octets.append(octet)
            }
        }
        return nil
    }

    /// MSG-UTF8 begins with a byte order mark; without one the text must be ASCII here.
    private mutating func text() -> String? {
        let hasMark = rest.starts(with: [0xEF, 0xBB, 0xBF])
        if hasMark { rest = rest.dropFirst(3) }
        guard hasMark || rest.allSatisfy({ $0 < 0x80 }) else { return nil }
        return String(validating: Array(rest), as: UTF8.self)
    }
}
