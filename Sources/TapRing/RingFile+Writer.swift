import CTap
import Glibc
import SystemPackage
import TapLinux
import TapWire

extension RingFile {
    /// Notes that this process fills the ring from now on.
    func enter(at time: Timestamp, plane: RingPlane, syncMilliseconds: UInt32) {
        // SAFETY: the header lies in the mapping; the lock makes this process the only one to write.
        unsafe header.pointee.writer_pid = UInt32(bitPattern: getpid())
        unsafe header.pointee.writer_starts &+= 1
        unsafe header.pointee.writer_plane = plane.rawValue
        unsafe header.pointee.writer_started = time.nanoseconds
        unsafe header.pointee.sync_milliseconds = syncMilliseconds
        unsafe ctap_ring_set_sync_failures(header, 0)
        unsafe ctap_ring_set_heartbeat(header, time.nanoseconds)
        unsafe ctap_ring_set_writer_state(header, UInt32(CTAP_RING_WRITER_RUNNING))
    }

    /// What the ring and the lock on it tell of its writer.
    func writerStatus() throws(RingError) -> RingWriterStatus {
        let isHeld = try ringErrors(path) { () throws(Errno) in
            try FileLock.isHeldElsewhere(source.descriptor)
        }
        // SAFETY: the header lies in the mapping; each word is loaded once.
        let state = unsafe ctap_ring_writer_state(header)
        let raw = unsafe header.pointee
        return RingWriterStatus(
            state: Self.state(state, isHeld: isHeld),
            processID: Int32(bitPattern: raw.writer_pid),
            starts: raw.writer_starts,
            started: Timestamp(nanoseconds: raw.writer_started),
            plane: RingPlane(rawValue: raw.writer_plane) ?? .unknown,
            heartbeat: Timestamp(nanoseconds: unsafe ctap_ring_heartbeat(header)),
            sync: syncStatus(raw)
        )
    }

    private func syncStatus(_ raw: ctap_ring_header) -> RingSyncStatus? {
        guard raw.sync_milliseconds > 0 else { return nil }
        // SAFETY: the header lies in the mapping; each word is loaded once.
        let synced = unsafe ctap_ring_synced(header)
        return RingSyncStatus(
            interval: .milliseconds(raw.sync_milliseconds),
            synced: synced == 0 ? nil : Timestamp(nanoseconds: synced),
            failures: unsafe ctap_ring_sync_failures(header)
        )
    }

    private static func state(_ raw: UInt32, isHeld: Bool) -> RingWriterStatus.State {
        switch raw {
        case UInt32(CTAP_RING_WRITER_REPLACED): .replaced
        case UInt32(CTAP_RING_WRITER_STOPPED): .stopped
        case _ where isHeld: .running
        default: .dead
        }
    }
}
