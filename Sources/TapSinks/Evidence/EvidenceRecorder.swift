public import Logging
import TapFlow
public import TapStore
public import TapWire

/// Gathers the frames of alerts out of a ring, on a thread of its own.
///
/// Theory of operation. One reader serves all files. A request that is new makes it go back to where the frames begin and
/// read up to where it was, for the new files alone; then it goes on for all of them. Frames of no open connection are
/// passed uncopied. A file is whole when the reader is past its end and the analysis is, too: until then another alert
/// may move the end. What is asked for stands in the store, what was gathered in hidden files, so that the process may
/// end at any time: the next one goes on behind the last frame that was gathered.
public final class EvidenceRecorder<Source: EvidenceSource & ~Copyable> {
    /// How many frames are looked at before something else is done.
    private let batch = 4_096
    /// How long after its time a frame may come into the ring.
    private let slack = Duration.seconds(2)

    private var source: Source
    private let configuration: EvidenceConfiguration
    private let folder: EvidenceFolder
    private let key: EvidenceKey?
    private let store: Store
    private let desk: EvidenceDesk
    private let logger: Logger?
    private var cases: [EvidenceCase] = []
    /// The connections of all cases: most frames belong to none.
    private var selection = FlowSelection()
    /// The time of the last frame that was looked at.
    private var latest = Timestamp.distantPast
    private var isOver = false
    private var toldFailure: EvidenceError.Code?

    /// Gathers from `source` what is left on `desk`.
    public init(
        from source: consuming Source,
        _ configuration: EvidenceConfiguration,
        key: EvidenceKey?,
        store: Store,
        desk: EvidenceDesk,
        logger: Logger? = nil
    ) {
        self.source = source
        self.configuration = configuration
        folder = EvidenceFolder(path: configuration.directory)
        self.key = key
        self.store = store
        self.desk = desk
        self.logger = logger
    }

    /// Gathers until the desk is closed; `now` gives the time of day.
    public func run(now: () -> Timestamp) {
        while !desk.isClosed {
            guard turn(now: now()) else { continue }
            if cases.isEmpty || isOver {
                desk.rest(upTo: cases.isEmpty ? 1 : 0.05)
            } else {
                attempt { isOver = try !source.wait(upTo: .milliseconds(50)) }
            }
        }
        leave(now: now())
    }

    /// Does what is to be done at `now`, but no more than a batch of frames.
    ///
    /// - Returns: True if nothing is left to be done at once.
    @discardableResult
    public func turn(now: Timestamp) -> Bool {
        lookAtFolder()
        // Before the requests are taken: what is left later may be of a later time.
        let read = desk.read
        let fresh = desk.take(room: configuration.limits.openFiles - cases.count)
            .compactMap { admit($0, at: now) }
        if !fresh.isEmpty { attempt { try gatherPast(fresh) } }
        guard !cases.isEmpty else { return true }
        var isCaughtUp = true
        attempt { isCaughtUp = try !gather(for: cases, before: .max) }
        if isCaughtUp { for open in cases { open.flush() } }
        let horizon = isCaughtUp ? max(latest, now.advanced(by: .zero - slack)) : latest
        closeDue(at: now, past: min(horizon, read))
        return isCaughtUp
    }

    /// Ends: what is not whole waits for the next process, unless no more of it can come.
    private func leave(now: Timestamp) {
        for open in cases {
            if isOver { open.losses.cutShort = open.losses.cutShort ?? Self.replaced }
            if isOver { seal(open, at: now) } else { open.close() }
        }
        cases = []
    }

    private static var replaced: String { "the ring that had its frames was replaced by a new one" }

    /// Runs `body`; a ring that cannot be read any more ends every file.
    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            for open in cases { open.losses.cutShort = "the ring cannot be read: \(error)" }
            desk.obstacle = "the ring cannot be read: \(error)"
            isOver = true
        }
    }

    /// Tries again to use a folder that could not be used.
    private func lookAtFolder() {
        guard desk.obstacle != nil, !isOver else { return }
        do throws(EvidenceError) {
            try folder.prepare()
            desk.obstacle = nil
            logger?.notice("evidence can be written again")
        } catch {
            desk.obstacle = error.description
        }
    }
}

// MARK: - Requests

extension EvidenceRecorder where Source: ~Copyable {
    /// Takes up a request.
    ///
    /// - Returns: A new case that wants frames of the past; nil if there is none.
    private func admit(_ request: EvidenceRequest, at now: Timestamp) -> EvidenceCase? {
        if let open = cases.first(where: { $0.request.file == request.file }) {
            open.merge(request, limit: configuration.limits.alerts)
            return nil
        }
        let parts = folder.parts(of: request.file)
        if parts.isEmpty, let record = folder.record(of: request.file) {
            // A process made it whole and died before it could say so.
            settle(request.file, .written(frames: record.frames, octets: record.octets), at: now)
            return nil
        }
        let gathered = parts.reduce(0) { $0 + folder.size(of: $1.name) }
        let open = EvidenceCase(request, gatheredOctets: gathered, at: now)
        cases.append(open)
        selection.insert(request.conversation)
        guard request.ring == source.identity else {
            open.losses.cutShort = Self.replaced
            return nil
        }
        let last = parts.compactMap { EvidencePart(path: folder.file($0.name)).survey().last }.max()
        if let last { open.start = last &+ 1 }
        let name = EvidenceName.part(of: request.file, turn: (parts.last?.turn ?? 0) + 1)
        open.open(folder.file(name), interfaces: source.interfaces)
        return open
    }

    /// Reads for `fresh` cases from where their frames begin up to where the reader is.
    private func gatherPast(_ fresh: [EvidenceCase]) throws {
        if cases.count == fresh.count { try source.go(to: .newest) }
        let present = source.nextSequence
        for open in fresh where open.start == 0 {
            open.losses = try source.goToStart(of: open.request, before: configuration.before)
            open.start = source.nextSequence
        }
        try source.go(to: .sequence(fresh.map(\.start).min() ?? present))
        while source.nextSequence < present, !desk.isClosed {
            guard try gather(for: fresh, before: present) else { break }
        }
        try source.go(to: .sequence(present))
    }

    /// Reads a batch.
    ///
    /// - Returns: False if there is nothing more at present, or `end` is reached.
    private func gather(for open: [EvidenceCase], before end: UInt64) throws -> Bool {
        var room = configuration.maximumOpenOctets - cases.reduce(0) { $0 + $1.octets }
        return try source.read(
            atMost: batch,
            before: end,
            wants: { frame in
                latest = frame.metadata.arrival
                return selection.contains(frame)
            },
            take: { frame in
                for one in open {
                    let before = one.octets
                    one.take(frame, room: min(room, configuration.maximumFileOctets - before))
                    room -= one.octets - before
                }
            },
            lose: { sequences in for one in open { one.lose(sequences) } }
        )
    }
}

// MARK: - Ends

extension EvidenceRecorder where Source: ~Copyable {
    /// Makes whole what nothing more can come for, as everything up to `horizon` is known.
    private func closeDue(at now: Timestamp, past horizon: Timestamp) {
        var left: [EvidenceCase] = []
        for open in cases {
            if now < open.begun.advanced(by: .seconds(-1)) {
                open.losses.cutShort = "the clock was set back while it was gathered"
            }
            let isDue =
                open.failure != nil || open.losses.cutShort != nil || open.request.until < horizon
            if isDue { seal(open, at: now) } else { left.append(open) }
        }
        guard left.count < cases.count else { return }
        cases = left
        selection = FlowSelection(Set(left.map(\.request.conversation)))
    }

    private func seal(_ open: EvidenceCase, at now: Timestamp) {
        open.close()
        open.losses.unmirrored = source.unmirrored
        let file = open.request.file
        do throws(EvidenceError) {
            if let failure = open.failure { throw failure }
            makeRoom(for: open.octets, beside: file, at: now)
            let record = try folder.seal(open.request, open.losses, key: key, at: now)
            folder.removeParts(of: file)
            makeRoom(for: 0, beside: file, at: now)
            settle(file, .written(frames: record.frames, octets: record.octets), at: now)
            if toldFailure != nil { logger?.notice("evidence is written again: \(file)") }
            toldFailure = nil
        } catch {
            folder.removeParts(of: file)
            tell(error, of: open.request)
            settle(file, .failed(reason: error.description), at: now)
        }
    }

    /// Says why a file could not be made, once for each reason in a row.
    private func tell(_ error: EvidenceError, of request: EvidenceRequest) {
        guard toldFailure != error.code else { return }
        toldFailure = error.code
        let name = request.notes.first?.id ?? request.file
        logger?.error(
            """
            evidence was not written: \(error); `hubtap dump --alert \(name)` takes the frames from the ring while they \
            are there
            """
        )
    }

    private func makeRoom(for octets: Int, beside file: String, at now: Timestamp) {
        for name in folder.makeRoom(for: octets, beside: file, keep: configuration.keep) {
            logger?.notice("the evidence \(name) was deleted to make room for newer")
            note(name, as: .deleted, reason: "deleted to make room for newer evidence")
            desk.settle(EvidenceOutcome(file: name, kind: .deleted, time: now))
        }
    }

    private func settle(_ file: String, _ kind: EvidenceOutcome.Kind, at now: Timestamp) {
        switch kind {
        case .written: note(file, as: .written, reason: nil)
        case .failed(let reason): note(file, as: .failed, reason: reason)
        case .deleted: note(file, as: .deleted, reason: nil)
        }
        desk.settle(EvidenceOutcome(file: file, kind: kind, time: now))
    }

    /// Notes in the store what became of a file; one that cannot be noted is looked for by the next process.
    private func note(_ file: String, as state: EvidenceEntry.State, reason: String?) {
        do throws(StoreError) {
            try store.settleEvidence(file, as: state, reason: reason)
        } catch {
            logger?.warning("what became of the evidence \(file) cannot be noted: \(error)")
        }
    }
}
