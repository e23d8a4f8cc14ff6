"""Messages: news goes by itself, errors stay until somebody has seen them."""

from explorer.desk.notices import MOST, SECONDS, Notice, Notices


def test_news_goes_after_its_time_and_an_error_stays():
    notices = Notices()
    notices.add(Notice("opened"))
    notices.add(Notice("no such file", error=True))
    assert notices.fading and not notices.advance(SECONDS - 0.1) and len(notices.shown) == 2
    assert notices.advance(0.2)
    assert notices.shown == (Notice("no such file", error=True),)
    assert not notices.fading and not notices.advance(1e9)
    notices.dismiss(notices.shown[0])
    assert notices.shown == ()


def test_said_again_a_message_stays_that_much_longer_and_stands_once():
    notices = Notices()
    notices.add(Notice("opened"))
    notices.advance(SECONDS - 1)
    notices.add(Notice("opened"))
    assert not notices.advance(SECONDS - 1) and len(notices.shown) == 1


def test_a_message_stands_once_also_when_it_comes_back_as_an_error():
    notices = Notices()
    notices.add(Notice("its files are gone"))
    notices.add(Notice("its files are gone", error=True))
    assert notices.shown == (Notice("its files are gone", error=True),)


def test_the_oldest_makes_room():
    notices = Notices()
    for k in range(MOST + 2):
        notices.add(Notice(str(k), error=True))
    assert [notice.text for notice in notices.shown] == [str(k) for k in range(2, MOST + 2)]
