/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What trivial.c tells gauge.c: one datagram of 8 bytes, the monotonic clock in nanoseconds as a long long. The first one of a container
 * is that of its first process, a moment before it becomes the init that is measured.
 */
#define TRIVIAL_SOCKET "/bench/ready"
#define TRIVIAL_COMM "bench-trivial"
