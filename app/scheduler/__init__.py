"""What wakes the portal: ``schedule`` the table of all jobs, ``commands`` the worker process (APScheduler), ``admin_views`` the jobs page.

The truth is in the rooms' tables; APScheduler only wakes their ``jobs``. Imports every room.
"""
