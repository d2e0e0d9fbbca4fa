/* SPDX-License-Identifier: GPL-2.0 */
/* service.h - tells the service manager what it waits for. By libsystemd, if it was there at build time. */
#ifndef SERVICE_H
#define SERVICE_H

/* The audit has begun: units that are ordered after a service of Type=notify start now. Without a service manager it does nothing. */
void service_is_ready(void);

#endif /* SERVICE_H */
