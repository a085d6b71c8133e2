#pragma once

/// How often this program has asked for memory so far.
long allocation_count(void);
