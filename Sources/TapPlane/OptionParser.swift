/// Reads the command line of the hub: long options only, each once unless it is a list.
struct OptionParser {
    private enum Action: Hashable { case run, restore, version, help }

    private var rest: ArraySlice<String>
    private var options = HubOptions(plane: PlaneConfiguration(ports: []))
    private var seen: Set<String> = []
    private var attached: String?
    private var action = Action.run

    init(_ arguments: [String]) { rest = arguments[...] }

    /// The next option with its dashes; what stands behind a "=" waits to be its value.
    mutating func next() throws(UsageError) -> String? {
        if attached != nil { throw UsageError("an option without a value got one behind \"=\"") }
        guard let word = rest.popFirst() else { return nil }
        guard word.hasPrefix("--"), word.utf8.count > 2 else {
            throw UsageError(
                "unexpected argument \"\(Self.printable(word))\"; ports are given as --port NAME"
            )
        }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        attached = parts.count > 1 ? String(parts[1]) : nil
        return parts.first.map(String.init)
    }

    /// Follows one option.
    mutating func take(_ option: String) throws(UsageError) {
        guard Self.lists.contains(option) || seen.insert(option).inserted else {
            throw UsageError("\(Self.printable(option)) is given twice")
        }
        switch option {
        case "--port": options.plane.ports.append(try value(option))
        case "--monitor": options.plane.monitors.append(try value(option))
        case "--ring": options.ringPath = try value(option)
        case "--ring-size": options.ringByteCount = try number(option, 1...(1 << 46))
        case "--snaplen": options.snapLength = try number(option, 0...(1 << 20))
        case "--ring-sync": options.syncMilliseconds = try number(option, 0...3_600_000)
        case "--keep": options.plane.keep = try keep(option)
        case "--mail-port": try takeMailPort(option)
        case "--replace-ring": options.replacesRing = true
        case "--state-directory": options.plane.stateDirectory = try value(option)
        case "--plane": options.plane.plane = try choice(option)
        case "--on-exit": options.plane.exitAction = try choice(option)
        case "--link-fault": options.plane.linkFault = try choice(option)
        case "--offloads": options.plane.offloads = try choice(option)
        case "--force": options.plane.force = true
        case "--slots": options.plane.slotCount = try number(option, PlaneConfiguration.slotCounts)
        case "--batch": options.plane.batchSize = try number(option, PlaneConfiguration.batchSizes)
        case "--spin":
            let allowed = PlaneConfiguration.spinMicroseconds
            options.plane.spin = .microseconds(try number(option, allowed))
        case "--supervisor":
            options.supervisor = Int32(try number(option, 1...Int(Int32.max)))
        case "--ready-fd": options.readyDescriptor = Int32(try number(option, 0...65_535))
        case "--restore": action = .restore
        case "--version": action = .version
        case "--help": action = .help
        default: throw UsageError("unknown option \(Self.printable(option)); see --help")
        }
    }

    /// Options that may be given again and again.
    private static let lists: Set<String> = ["--port", "--monitor", "--mail-port"]

    /// What the options together ask for.
    func command() throws(UsageError) -> HubCommand {
        switch action {
        case .version: return .version
        case .help: return .help
        case .restore:
            let others = seen.subtracting(["--restore", "--state-directory"])
            guard others.isEmpty, options.plane.interfaces.isEmpty else {
                throw UsageError("--restore goes with --state-directory only")
            }
            return .restore(stateDirectory: options.plane.stateDirectory)
        case .run:
            guard options.plane.ports.count >= 2 else {
                let count = options.plane.ports.count
                throw UsageError("a hub joins two or more ports, \(count) given; see --help")
            }
            return .run(options)
        }
    }

    private mutating func keep(_ option: String) throws(UsageError) -> PlaneConfiguration.Keep {
        let word = try value(option)
        guard let keep = PlaneConfiguration.Keep(word: word) else {
            throw UsageError(
                "\(option) must be all or headers or mail or a compiled filter, "
                    + "not \"\(Self.printable(word))\""
            )
        }
        return keep
    }

    private mutating func takeMailPort(_ option: String) throws(UsageError) {
        let port = UInt16(try number(option, 1...65_535))
        let limit = PlaneConfiguration.maximumMailPorts
        if seen.insert(option).inserted { options.plane.mailPorts = [] }
        options.plane.mailPorts.append(port)
        guard options.plane.mailPorts.count <= limit else {
            throw UsageError("\(option) is given more than \(limit) times")
        }
    }

    private mutating func value(_ option: String) throws(UsageError) -> String {
        guard let word = attached ?? rest.popFirst(), !word.isEmpty else {
            throw UsageError("\(option) needs a value")
        }
        attached = nil
        return word
    }

    private mutating func number(
        _ option: String,
        _ allowed: ClosedRange<Int>
    ) throws(UsageError) -> Int {
        let word = try value(option)
        guard let number = Int(word), allowed.contains(number) else {
            throw UsageError(
                "\(option) must be a number from \(allowed.lowerBound) to \(allowed.upperBound), "
                    + "not \"\(Self.printable(word))\""
            )
        }
        return number
    }

    private mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ option: String
    ) throws(UsageError) -> Choice {
        let word = try value(option)
        guard let choice = Choice(rawValue: word) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: " or ")
            throw UsageError("\(option) must be \(words), not \"\(Self.printable(word))\"")
        }
        return choice
    }

    /// Any argument in a form that no terminal obeys.
    private static func printable(_ word: String) -> String {
        String(
            String.UnicodeScalarView(
                word.unicodeScalars.prefix(64).map { scalar in
                    scalar.value >= 32 && scalar.value < 127 ? scalar : "?"
                }
            )
        )
    }
}
