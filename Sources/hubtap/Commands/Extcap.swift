import ArgumentParser
import Foundation
import SystemPackage
import TapCapture
import TapConfig
import TapLinux
import TapRing
import TapWire

/// `hubtap extcap`: the rings as interfaces of Wireshark and tshark.
///
/// Wireshark starts each program in its extcap folder with the `--extcap-...` options and no command;
/// `Hubtap` takes such a call for this one.
struct Extcap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extcap",
        abstract: "Wireshark's and tshark's way in: every live ring as an interface.",
        discussion: """
            Examples:
              sudo hubtap extcap --install
              tshark -i hubtap -f 'port 25' -c 10
              tshark -i hubtap -o extcap.hubtap.last:5m
            --install makes a link in Wireshark's folder for such programs; from then on the interface 'hubtap' stands in \
            its list, with the port, a start in the past and a filter as options. The options below that begin with \
            --extcap, and --capture, are Wireshark's own (extcap(4)).
            """
    )

    @Flag(help: "Make a link to this program in Wireshark's extcap folder.")
    var install = false

    @Flag(help: "Take the link away again.")
    var uninstall = false

    @Flag(help: "The folder of all users (--system, default for root) or of this one (--user).")
    var scope: ExtcapFolder.Scope?

    @Option(help: "The folder, instead of the one that Wireshark names.", completion: .directory)
    var folder: String?

    @Flag(name: .customLong("extcap-interfaces"), help: "List the rings.")
    var listsInterfaces = false

    @Flag(name: .customLong("extcap-dlts"), help: "Say what the frames of an interface begin with.")
    var listsLinkTypes = false

    @Flag(name: .customLong("extcap-config"), help: "List the options of an interface.")
    var listsOptions = false

    @Option(
        name: .customLong("extcap-version"),
        defaultAsFlag: "",
        help: "Wireshark's version; alone, say that of this program."
    )
    var wiresharkVersion: String?

    @Option(name: .customLong("extcap-interface"), help: "The interface that is meant.")
    var interface: String?

    @Option(
        name: .customLong("extcap-capture-filter"),
        parsing: .unconditional,
        help: "The capture filter; without --capture, say what is wrong with it."
    )
    var captureFilter: String?

    @Flag(help: "Write frames until the reader goes.")
    var capture = false

    @Option(help: "Where to.", completion: .file())
    var fifo: String?

    @Option(help: "Only frames that entered by this port, or 'all'.")
    var port: String?

    @Option(help: "Begin this long ago, such as 5m, and go on live.")
    var last: TimeSpan?

    @Option(parsing: .unconditional, help: "A filter that frames must match, too.")
    var filter: String?

    @OptionGroup var ring: RingOptions

    func validate() throws {
        let requests = [
            install, uninstall, listsInterfaces, listsLinkTypes, listsOptions, capture,
        ]
        guard requests.count(where: \.self) <= 1 else {
            throw ValidationError("The options ask for several things at once: give one of them.")
        }
        guard requests.contains(true) || wiresharkVersion != nil || captureFilter != nil else {
            throw ValidationError(
                "Say what to do: --install makes the link by which Wireshark finds this program."
            )
        }
    }

    func run() async throws {
        if install || uninstall { return try changeLink() }
        if listsLinkTypes { return print(ExtcapSentence.ethernet) }
        if listsOptions { return try printOptions() }
        if capture { return try writeFrames() }
        if let captureFilter, !listsInterfaces { return check(captureFilter) }
        print(ExtcapSentence.program)
        guard listsInterfaces else { return }
        for interface in interfaces { print(interface.sentence) }
    }

    private func changeLink() throws(Failure) {
        let folder = try ExtcapFolder(folder, scope)
        Terminal.say("hubtap: " + (install ? try folder.install() : try folder.uninstall()))
    }

    /// Every ring that there is to capture from.
    private var interfaces: [ExtcapInterface] {
        do {
            return ExtcapInterface.all(configured: try ring.path())
        } catch {
            // Whoever runs Wireshark may not be allowed to read the file; rings in the usual place are shown all the same.
            Terminal.say("hubtap: \(error.message)")
            return ExtcapInterface.all(configured: HubtapConfiguration().ring.path)
        }
    }

    /// The interface that is meant.
    private func selected() throws(Failure) -> ExtcapInterface {
        let name = interface ?? ExtcapInterface.defaultName
        let known = interfaces
        if let found = known.first(where: { $0.name == name }) { return found }
        guard name == ExtcapInterface.defaultName else {
            let names = known.map(\.name).joined(separator: ", ")
            throw .failed("there is no ring for the interface \(name); there is: \(names)")
        }
        // The hub may not run yet, or no more: opening the ring says what is wrong.
        return ExtcapInterface(name: name, path: try ring.path())
    }

    private func printOptions() throws(Failure) {
        for line in try selected().optionSentences() { print(line) }
    }

    /// Says what is wrong with a filter, where Wireshark looks for it; nothing if it is good.
    private func check(_ filter: String) {
        do throws(FilterError) {
            _ = try CaptureFilter(filter)
        } catch {
            print("\(error)")
        }
    }

    private func writeFrames() throws {
        guard let fifo else {
            throw Failure.usage("--capture needs --fifo, where frames are written")
        }
        ProcessControl.ignore(signals: [SIGPIPE])
        let stop = StopFlag()
        stop.raiseOnSignals(endingWithin: .milliseconds(1_500))
        do {
            let options = try RingOptions.parse(["--ring", try selected().path])
            let source = try ExportSource(options, try selection(), live: true)
            // #syscalls openat
            let descriptor = try FileDescriptor.open(
                FilePath(fifo),
                .writeOnly,
                options: .closeOnExec
            )
            stop.raiseWhenReaderGoes(descriptor)
            // Words on standard error, even those of a good end, are shown as a failure.
            let target = CaptureTarget(descriptor, named: "--fifo \(fifo)")
            _ = try source.follow(to: target, until: stop)
        } catch let failure as Failure {
            throw failure
        } catch let error as Errno {
            throw Failure.failed("--fifo \(fifo): \(error)")
        } catch {
            throw Failure.failed("\(error)")
        }
    }

    /// The frames that the options ask for.
    private func selection() throws -> FrameSelection {
        var words: [String] = []
        if let port, port != ExtcapInterface.allPorts { words += ["--port", port] }
        if let last { words += ["--last", "\(last.duration.milliseconds)ms"] }
        let filters = [captureFilter, filter].compactMap(\.self).filter { !$0.isEmpty }
        // Each is checked by itself: two that are wrong could be right together.
        for filter in filters { try Failure.rethrow(as: 2) { _ = try CaptureFilter(filter) } }
        let whole = filters.count > 1 ? filters.map { "(\($0))" } : filters
        return try FrameSelection.parse(words + ["--", whole.joined(separator: " and ")])
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
