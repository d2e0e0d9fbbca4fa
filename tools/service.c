// SPDX-License-Identifier: GPL-2.0
/* service.c - see service.h. */
#include "service.h"

#ifdef HAVE_LIBSYSTEMD

#include <systemd/sd-daemon.h>

void service_is_ready(void)
{
	sd_notify(0, "READY=1");
}

#else

void service_is_ready(void)
{
}

#endif
